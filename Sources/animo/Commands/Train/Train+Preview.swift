import ArgumentParser
import Datasets
import TweetText

extension Train {
  /// `animo train preview`: corpora as a network will see them.
  struct Preview: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "preview",
      abstract: "Show how corpora are split, tokenised and arranged in minibatches.",
      discussion: """
        EXAMPLES
          $ animo train preview unlabelled.txt books.txt.xz --vocabulary vocab.txt
          $ animo train preview --positive positive.txt --negative negative.txt gold.jsonl

        Words that are not in the vocabulary are shown as xxunk; without --vocabulary, a vocabulary is built \
        from the corpora.
        """)

    @Option(
      help: ArgumentHelp("File of positive texts; may be repeated.", valueName: "file"), completion: .file())
    var positive: [String] = []

    @Option(
      help: ArgumentHelp("File of negative texts; may be repeated.", valueName: "file"), completion: .file())
    var negative: [String] = []

    @Option(help: ArgumentHelp("Vocabulary, one token per line.", valueName: "file"), completion: .file())
    var vocabulary: String?

    @Option(help: "Number of examples of each label in each split, and of rows of the minibatch, to show.")
    var rows = 5

    @Option(help: "Number of rows per minibatch.")
    var batch = 128

    @Option(help: "Number of tokens to show of each row.")
    var length = 70

    @Option(help: "Share of the texts held back for validation.")
    var validation = 0.1

    @Option(help: "Random seed.")
    var seed: UInt64 = 42

    @Flag(inversion: .prefixedNo, help: "Keep duplicates and near-duplicates in the same split.")
    var nearDuplicates = true

    @Option(help: "Cleaning profile: standard, standard-2 or notebook.")
    var clean = CleaningProfile.standard

    @OptionGroup var corpus: CorpusArguments

    @Argument(
      help: ArgumentHelp("Files of texts, labelled or not.", valueName: "corpus"), completion: .file())
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
