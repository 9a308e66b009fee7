import ArgumentParser
import Datasets

extension DistantLabel.Emoticons: ExpressibleByArgument {}

extension Train {
  /// `animo train label`: from raw tweets to the three files of the case study.
  struct Label: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "label",
      abstract: "Sort raw tweets by their emoticons into positive, negative and unlabelled ones.",
      discussion: """
        EXAMPLES
          $ animo train label tweets.jsonl.xz --output labelled
          $ animo train label 2015.txt 2016.csv.gz --output labelled --emoticons all --emoji

        Writes positive.txt, negative.txt and unlabelled.txt, one raw tweet per line; existing files of \
        these names are replaced once all input has been read. Tweets with both kinds of emoticons are \
        omitted.
        """)

    @Option(
      help: ArgumentHelp("Output folder; created if it does not exist.", valueName: "dir"),
      completion: .directory)
    var output: String

    @Option(
      help: "Emoticons to use: basic (the four of the case study) or all (those with a clear sentiment).")
    var emoticons = DistantLabel.Emoticons.basic

    @Flag(help: "Use emoji too.")
    var emoji = false

    @OptionGroup var corpus: CorpusArguments

    @Argument(
      help: ArgumentHelp("Files with raw tweets; - for standard input.", valueName: "raw"),
      completion: .file())
    var raw: [String]

    func run() throws {
      let request = LabelRequest(
        raw: raw, output: output, emoticons: emoticons, usesEmoji: emoji, reading: corpus.reading)
      try StandardOutput.write(LabelRun(request).run())
    }
  }
}
