import ArgumentParser
import Datasets
import TweetText

extension Train {
  /// `animo train preview`: what a network will see of corpora.
  struct Preview: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show how corpora are divided, cut into tokens and laid out in a minibatch.",
      discussion: """
        EXAMPLES
          $ animo train preview unlabelled.txt books.txt.xz --vocabulary vocab.txt
          $ animo train preview --positive positive.txt --negative negative.txt gold.jsonl

        Words that the vocabulary does not have are shown as xxunk; without --vocabulary one is made of \
        the corpora.
        """)

    @Option(help: ArgumentHelp("A file of positive texts.", valueName: "file"))
    var positive: [String] = []

    @Option(help: ArgumentHelp("A file of negative texts.", valueName: "file"))
    var negative: [String] = []

    @Option(help: ArgumentHelp("The vocabulary, a token a line.", valueName: "file"))
    var vocabulary: String?

    @Option(help: "How many examples of each side, and rows of the minibatch, are shown.")
    var rows = 5

    @Option(help: "How many rows a minibatch has.")
    var batch = 128

    @Option(help: "How many tokens of each row are shown.")
    var length = 70

    @Option(help: "Which share of the texts is held back for validation.")
    var validation = 0.1

    @Option(help: "What the random choice depends on.")
    var seed: UInt64 = 42

    @Flag(inversion: .prefixedNo, help: "Keep texts that say the same, or nearly, on one side.")
    var nearDuplicates = true

    @Option(help: "How texts are cleaned: standard or notebook.")
    var clean = CleaningProfile.standard

    @OptionGroup var corpus: CorpusArguments

    @Argument(help: ArgumentHelp("Files with texts, labelled or not.", valueName: "corpus"))
    var corpora: [String] = []

    func validate() throws {
      guard !(positive + negative + corpora).isEmpty else {
        throw ValidationError("name at least one corpus")
      }
      guard !corpora.contains("-") else {
        throw ValidationError("corpora are read twice, so standard input will not do")
      }
      guard rows >= 1, batch >= 1, length >= 1 else {
        throw ValidationError("--rows, --batch and --length must be at least 1")
      }
      guard (0..<1).contains(validation) else {
        throw ValidationError("--validation must be at least 0 and less than 1")
      }
    }

    func run() throws {
      try StandardOutput.write(PreviewRun(self).run())
    }
  }
}
