import ArgumentParser
import Datasets

extension DistantLabel.Emoticons: ExpressibleByArgument {}

extension Train {
  /// `animo train label`: raw tweets to the case study's three files.
  struct Label: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Divide raw tweets by their emoticons into positive, negative and unlabelled ones.",
      discussion: """
        EXAMPLES
          $ animo train label tweets.jsonl.xz --output labelled
          $ animo train label 2015.txt 2016.csv.gz --output labelled --emoticons all --emoji

        Writes positive.txt, negative.txt and unlabelled.txt, a raw tweet a line; files of these names are \
        replaced once all has been read. A tweet with both kinds is left out.
        """)

    @Option(help: ArgumentHelp("The folder to write to; made if it does not exist.", valueName: "dir"))
    var output: String

    @Option(help: "Which emoticons count: basic, the case study's four, or all whose mood is clear.")
    var emoticons = DistantLabel.Emoticons.basic

    @Flag(help: "Let emoji count too.")
    var emoji = false

    @OptionGroup var corpus: CorpusArguments

    @Argument(help: ArgumentHelp("Files with raw tweets; - for standard input.", valueName: "raw"))
    var raw: [String]

    func run() throws {
      let request = LabelRequest(
        raw: raw, output: output, emoticons: emoticons, usesEmoji: emoji, reading: corpus.reading)
      try StandardOutput.write(LabelRun(request).run())
    }
  }
}
