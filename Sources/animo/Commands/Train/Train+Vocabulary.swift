import ArgumentParser
import Datasets
import TweetText

extension Train {
  /// `animo train vocabulary`: corpora to a `vocab.txt`.
  struct MakeVocabulary: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "vocabulary",
      abstract: "Make a vocabulary of the words that corpora have most often.",
      discussion: """
        EXAMPLES
          $ animo train vocabulary labelled/*.txt --output vocab.txt
          $ animo train vocabulary tweets.txt books.txt.xz --weight 5 --weight 1 --output vocab.txt

        The nine special tokens come first, then words by falling frequency; the line number, from 0, is \
        the id.
        """)

    @Option(help: ArgumentHelp("The file to write; one of that name is replaced.", valueName: "file"))
    var output: String

    @Option(help: "How many tokens there are at most, the special ones included.")
    var maxSize = 60_000

    @Option(help: "How often a word must occur.")
    var minCount = 2

    @Option(help: "What a word of each corpus counts, in their order; one for each. (default: 1)")
    var weight: [Double] = []

    @Option(help: "How texts are cleaned: standard or notebook.")
    var clean = CleaningProfile.standard

    @OptionGroup var reading: CorpusArguments

    @Argument(help: ArgumentHelp("Files with texts; - for standard input.", valueName: "corpus"))
    var corpora: [String]

    func validate() throws {
      guard maxSize >= SpecialToken.allCases.count else {
        throw ValidationError(
          "--max-size must be at least \(SpecialToken.allCases.count), the special tokens")
      }
      guard minCount >= 1 else { throw ValidationError("--min-count must be at least 1") }
      guard weight.isEmpty || weight.count == corpora.count, weight.allSatisfy({ $0 > 0 && $0.isFinite })
      else {
        throw ValidationError("--weight must be given once for each corpus, and be positive")
      }
    }

    func run() throws {
      let list = try wordList()
      try VocabularyFile(path: output).write(list.lines)
      try StandardOutput.write(report(list))
    }

    private func wordList() throws -> WordList {
      var builder = VocabularyBuilder(cleaning: clean)
      (builder.minimumCount, builder.maximumSize) = (minCount, maxSize)
      let weights = weight.isEmpty ? corpora.map { _ in 1 } : weight
      for (corpus, weight) in zip(try corpora.map { try reading.corpus([$0]) }, weights) {
        _ = try reading.forEachText(of: corpus) { builder.add($0, weight: weight) }
      }
      return builder.wordList()
    }

    private func report(_ list: WordList) -> String {
      """
      \(NumberText.grouped(list.count)) tokens in \(output)
      \(NumberText.grouped(list.distinct)) different words in \(NumberText.grouped(list.seen)), of which the \
      vocabulary has \(NumberText.percent(list.covered, of: list.seen))

      """
    }
  }
}
