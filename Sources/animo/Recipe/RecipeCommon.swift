import Datasets
import Kernels
import Streaming
import Training
import TweetText

/// What all stages of a recipe have in common.
struct RecipeCommon {
  let seed: UInt64
  let precision: ProductPrecision
  let cleaning: CleaningProfile
  let maximumTokens: Int
  private(set) var reading: CorpusReading

  /// Takes it from the recipe's first lines and from `[reading]`.
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
    var (table, options) = (table, ReadingOptions())
    let format = try table.choice("format", default: InputArguments.Format.auto)
    options.format = InputFormat(rawValue: format.rawValue)
    let keys = try table.texts("text_keys")
    if !keys.isEmpty { options.textKeys = keys }
    options.encoding = try table.choice("encoding", default: options.encoding)
    options.invalidUTF8 = try table.choice("invalid_utf8", default: options.invalidUTF8)
    options.maximumLineLength = try table.integer(
      "max_line_length", 1...1 << 30, default: options.maximumLineLength)
    reading.options = options
    reading.badLines = try table.truth("skip_bad_lines", default: false) ? .leaveOut : .fail
    try table.finish()
  }
}
