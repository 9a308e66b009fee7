import ArgumentParser
import Datasets
import TweetText

extension Train {
  /// `animo train vocabulary`: from corpora to a `vocab.txt`.
  struct MakeVocabulary: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "vocabulary",
      abstract: "Build a vocabulary of the most frequent words of corpora.",
      discussion: """
        EXAMPLES
          $ animo train vocabulary labelled/*.txt --output vocab.txt
          $ animo train vocabulary tweets.txt books.txt.xz --weight 5 --weight 1 --output vocab.txt

        The nine special tokens come first, followed by words in order of decreasing frequency. The line \
        number, counted from 0, is the id.
        """)

    @Option(
      help: ArgumentHelp("Output file; an existing file is replaced.", valueName: "file"), completion: .file()
    )
    var output: String

    @Option(help: "Maximum number of tokens, including the special tokens.")
    var maxSize = 60_000

    @Option(help: "Minimum number of occurrences of a word.")
    var minCount = 2

    @Option(help: "Weight of the words of a corpus; once for each corpus, in order. (default: 1)")
    var weight: [Double] = []

    @Option(help: "Cleaning profile: standard, standard-2 or notebook.")
    var clean = CleaningProfile.standard

    @OptionGroup var corpus: CorpusArguments

    @Argument(
      help: ArgumentHelp("Files of texts; - for standard input.", valueName: "corpus"), completion: .file())
    var corpora: [String]

    func validate() throws {
      guard maxSize >= SpecialToken.allCases.count else {
        throw ValidationError(
          "--max-size must be at least \(SpecialToken.allCases.count), the special tokens")
      }
      guard minCount >= 1 else { throw ValidationError("--min-count must be at least 1") }
      guard weight.isEmpty || weight.count == corpora.count, weight.allSatisfy({ $0 > 0 && $0 <= 1e6 })
      else {
        throw ValidationError(
          "--weight must be given once for each corpus, and be positive and at most 1000000")
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
