import ArgumentParser

/// `animo evaluate`: how good a model is on texts whose labels are known.
struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure how well the model labels texts whose labels are known.",
    discussion: """
      EXAMPLES
        $ animo evaluate --positive positive.txt --negative negative.txt
        $ animo evaluate --split test corpus-1.jsonl corpus-2.jsonl
        $ animo evaluate --svg plots --top-losses 20 --model my-model corpus.jsonl

      Files hold JSON objects, {"text":"…","label":"positive","split":"test"}, or are CSV or TSV with such columns;
      texts with labels that the model does not know, such as neutral, are left out and counted. Intervals are where
      95 % of 1,000 bootstrap resamples lie. The best temperature is fitted on the texts that it is measured on.
      """)

  @OptionGroup var model: ModelOptions
  @OptionGroup var corpus: CorpusArguments

  @Option(help: ArgumentHelp("A file of positive texts, one a line.", valueName: "file"))
  var positive: String?

  @Option(help: ArgumentHelp("A file of negative texts, one a line.", valueName: "file"))
  var negative: String?

  @Option(help: ArgumentHelp("Only texts whose \"split\" is this.", valueName: "name"))
  var split: String?

  @Flag(help: "Of several files, too, all that is said of a single one.")
  var details = false

  @Flag(help: "Write one JSON object in place of text.")
  var json = false

  @Option(
    help: ArgumentHelp(
      "Also draw confusion matrix, reliability diagram and score histogram, as SVG files in this folder.",
      valueName: "dir"))
  var svg: String?

  @Option(help: ArgumentHelp("Also show the texts that the model was most wrong about.", valueName: "count"))
  var topLosses = 0

  @Flag(help: "Show the tokens that the model read of these texts, in place of the texts.")
  var tokens = false

  @Option(help: "How many threads label.")
  var workers = 2

  @Argument(help: ArgumentHelp("Files of labelled texts; - for standard input.", valueName: "file"))
  var files: [String] = []

  func validate() throws {
    guard (positive == nil) == (negative == nil) else {
      throw ValidationError("--positive and --negative go together")
    }
    guard files.isEmpty == (positive != nil) else {
      throw ValidationError("name files of labelled texts, or --positive and --negative")
    }
    guard split == nil || positive == nil else {
      throw ValidationError("--split is for files with JSON objects")
    }
    guard workers >= 1, workers <= 64 else { throw ValidationError("--workers must be between 1 and 64") }
    guard topLosses >= 0 else { throw ValidationError("--top-losses must not be negative") }
  }

  func run() throws {
    try EvaluateRun(self).run()
  }
}
