import Datasets
import Kernels
import TOML
import Training
import TweetText
import Tweets

/// Options shared by all stages of a recipe.
struct RecipeCommon {
  let seed: UInt64
  let precision: ProductPrecision
  let cleaning: CleaningProfile
  let maximumTokens: Int
  private(set) var reading: CorpusReading

  /// Reads them from the top-level table and `[reading]`.
  init(_ table: inout RecipeTable, stop: StopRequest?) throws(SettingError) {
    seed = UInt64(try table.integer("seed", 0...Int.max, default: 42))
    precision = try table.choice("precision", default: .bfloat16)
    cleaning = try table.choice("clean", default: .standard)
    maximumTokens = try table.integer(
      "max_tokens", 1...1 << 16, default: TrainingArguments.defaultMaximumTokens)
    reading = CorpusReading(stop: stop)
    try read(table.table("reading"))
  }

  private mutating func read(_ table: RecipeTable) throws(SettingError) {
    var table = table
    var given: [String: TOMLValue] = [:]
    for setting in Setting.all where setting.flags == .reading {
      given[setting.name] = try table.value(setting.name == "input" ? "format" : setting.name, of: setting)
    }
    reading.options = ServeConfiguration(given).reading
    reading.badLines = try table.truth("skip_bad_lines", default: false) ? .leaveOut : .fail
    try table.finish()
  }
}
