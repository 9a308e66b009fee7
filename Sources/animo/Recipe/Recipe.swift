import Training

/// Everything from raw files to a model folder, as a recipe says it: checked, with all paths resolved.
struct Recipe {
  /// Where the words of the language models come from.
  enum Words {
    /// They are counted.
    case made(VocabularyRequest)
    /// A `vocab.txt` that exists.
    case file(String)
    /// The model that the first language model goes on from.
    case ofModel
  }

  /// The recipe's file.
  let path: String
  /// The folder that the model goes to, and, quantised, that with this name and `-int8`.
  let output: String
  /// The folder in which everything is made.
  let work: String
  let quantises: Bool
  let seed: UInt64
  /// Nil when tweets are labelled already.
  let label: LabelRequest?
  /// Files by the names that the recipe gives them.
  let corpora: [String: [String]]
  let words: Words
  let sizes: NetworkSizes
  /// The folder of the language model that the first one, or the classifier, goes on from; nil: from nothing.
  let from: String?
  /// In order.
  let languageModels: [LanguageModelRequest]
  let classifier: ClassifierRequest
  /// The wide term that is put beside the classifier; nil for none.
  let wide: WideRecipe?

  /// The output with 8-bit weights.
  var quantisedOutput: String { output + "-int8" }

  /// Finds out that a file is missing before hours of training.
  ///
  /// - Throws: `CommandFailure` when one does not exist, may not be read or is a folder.
  func requireFiles() throws {
    let madeLater = Set(label.map { LabelledFiles.paths(in: $0.output) } ?? [])
    var files = (label?.raw ?? []) + corpora.keys.sorted().flatMap { corpora[$0] ?? [] }
    if case .file(let vocabulary) = words { files.append(vocabulary) }
    if let from { files.append(from + "/config.json") }
    for file in files where !madeLater.contains(file) { _ = try InputFile(path: file) }
  }
}
