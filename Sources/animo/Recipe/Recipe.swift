import Datasets
import DefaultModel
import Kernels
import TOML
import Training
import TweetText
import Tweets

/// A recipe, from raw files to a model folder: checked, with all paths resolved.
struct Recipe {
  /// Where the words of the language models come from.
  enum Words {
    /// Built by counting words.
    case made(VocabularyRequest)
    /// A `vocab.txt` that exists.
    case file(String)
    /// The words of the model that the first language model starts from.
    case ofModel
  }

  /// The recipe's file.
  let document: TOMLDocument
  /// The output folder; the quantised model goes to the one with `-int8` appended, or `-int4` with 4 bits.
  let output: String
  /// The working folder.
  let work: String
  let quantises: Bool
  /// The bits of a weight of the quantised model's LSTM layers.
  let bits: Int
  let seed: UInt64
  /// Nil if the tweets are already labelled.
  let label: LabelRequest?
  /// Files by the names that the recipe gives them.
  let corpora: [String: [String]]
  let words: Words
  let sizes: NetworkSizes
  /// The model that the first language model, or the classifier, starts from; nil for none.
  let from: String?
  /// In order.
  let languageModels: [LanguageModelRequest]
  let classifier: ClassifierRequest
  /// The wide term that is combined with the classifier; nil for none.
  let wide: WideRecipe?
  /// The weights of emoticons and emoji that are added at the end; nil for none.
  let marks: RecipeMarks?

  /// The steps from a language model to the finished model.
  enum Step: String {
    case classifier, wide, marks
  }

  /// The steps of this recipe, in order; each starts from the model of the one before, and the last writes the output.
  var steps: [Step] { [.classifier] + (wide == nil ? [] : [.wide]) + (marks == nil ? [] : [.marks]) }

  /// The quantised model.
  var quantisedOutput: String { "\(output)-int\(bits)" }

  /// Checks that no file is missing, before hours of training.
  ///
  /// - Throws: `CommandFailure` when one does not exist, may not be read or is a folder, with the key that names it.
  func requireFiles() throws {
    let madeLater = Set(label.map { LabelledFiles.paths(in: $0.output) } ?? [])
    var files = (label?.raw ?? []).map { (key: "label.raw", path: $0) }
    for (name, paths) in corpora.sorted(by: { $0.key < $1.key }) {
      files += paths.map { ("corpora.\(name)", $0) }
    }
    if case .file(let vocabulary) = words { files.append(("vocabulary.file", vocabulary)) }
    if let from, !DefaultModel.isMeant(by: from) { files.append(("network.from", from + "/config.json")) }
    for (key, path) in files where !madeLater.contains(path) {
      do { _ = try InputFile(path: path) } catch let failure as CommandFailure {
        throw CommandFailure(failure.status, "\(document.place(of: key)): \(failure)")
      }
    }
  }
}

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
