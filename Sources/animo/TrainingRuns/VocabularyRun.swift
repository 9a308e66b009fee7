import Datasets
import TweetText

/// The corpora and limits of a vocabulary.
struct VocabularyRequest: Sendable {
  /// Files whose words have the same weight.
  struct Corpus: Sendable {
    var files: [String]
    /// The weight of each of their words.
    var weight: Double
  }

  var corpora: [Corpus]
  /// The `vocab.txt` to write.
  var output: String
  /// The maximum number of tokens, including the special tokens.
  var maximumSize = 60_000
  /// The minimum number of occurrences of a word.
  var minimumCount = 2
  var cleaning = CleaningProfile.standard
  var reading = CorpusReading()
}

/// Builds a `vocab.txt` from corpora.
struct VocabularyRun {
  private let request: VocabularyRequest

  init(_ request: VocabularyRequest) {
    self.request = request
  }

  /// - Returns: the size of the vocabulary, as text.
  /// - Throws: when a file cannot be read or written; the output is then unchanged.
  func run() throws -> String {
    let list = try wordList()
    try VocabularyFile(path: request.output).write(list.lines)
    return """
      \(NumberText.grouped(list.count)) tokens in \(request.output)
      \(NumberText.grouped(list.distinct)) different words in \(NumberText.grouped(list.seen)), of which the \
      vocabulary has \(NumberText.percent(list.covered, of: list.seen))

      """
  }

  private func wordList() throws -> WordList {
    var builder = VocabularyBuilder(cleaning: request.cleaning)
    (builder.minimumCount, builder.maximumSize) = (request.minimumCount, request.maximumSize)
    let corpora = try request.corpora.map { ($0.weight, try request.reading.corpus($0.files)) }
    for (weight, corpus) in corpora {
      try request.reading.forEachText(of: corpus) { builder.add($0, weight: weight) }
    }
    return builder.wordList()
  }
}
