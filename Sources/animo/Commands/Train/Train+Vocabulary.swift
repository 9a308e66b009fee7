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

    @OptionGroup var corpus: CorpusArguments

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
      let weights = weight.isEmpty ? corpora.map { _ in 1 } : weight
      var request = VocabularyRequest(
        corpora: zip(corpora, weights).map { VocabularyRequest.Corpus(files: [$0], weight: $1) },
        output: output)
      (request.maximumSize, request.minimumCount, request.cleaning) = (maxSize, minCount, clean)
      request.reading = corpus.reading
      try StandardOutput.write(VocabularyRun(request).run())
    }
  }
}
