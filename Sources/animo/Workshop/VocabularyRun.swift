import Datasets
import TweetText

/// Of what a vocabulary is to be made, and how large.
struct VocabularyRequest: Sendable {
  /// Files whose words count alike.
  struct Corpus: Sendable {
    var files: [String]
    /// What each of their words counts.
    var weight: Double
  }

  var corpora: [Corpus]
  /// The `vocab.txt` to write.
  var output: String
  /// How many tokens there are at most, the special ones included.
  var maximumSize = 60_000
  /// How often a word must occur.
  var minimumCount = 2
  var cleaning = CleaningProfile.standard
  var reading = CorpusReading()
}

/// Corpora to a `vocab.txt`.
struct VocabularyRun {
  private let request: VocabularyRequest

  init(_ request: VocabularyRequest) {
    self.request = request
  }

  /// - Returns: how large the vocabulary is, for people.
  /// - Throws: when a file cannot be read or written; the output is as it was then.
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
