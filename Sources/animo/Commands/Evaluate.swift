import ArgumentParser
import Scoring

/// `animo evaluate`: the accuracy of a model on labelled texts.
struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Measure the accuracy of a model on labelled texts.",
    discussion: """
      EXAMPLES
        $ animo evaluate --positive positive.txt --negative negative.txt
        $ animo evaluate --split test corpus-1.jsonl corpus-2.jsonl
        $ animo evaluate --report results --model my-model corpus.jsonl
        $ animo evaluate --expectations behaviour.jsonl
        $ animo evaluate --write-to-model my-model my-stream.jsonl

      Files contain JSON objects, {"text":"…","label":"positive","split":"test"}, or are CSV or TSV with \
      such columns; texts with labels unknown to the model are skipped and counted. AUC measures how well \
      positive texts are separated from negative ones; for more than two labels, macro AUC is the mean over \
      each label against all others. Intervals contain 95 % of 1,000 bootstrap resamples. The best \
      temperature is fitted on the texts on which it is measured.

      Files of expectations contain {"text":"…","group":"…","expect":"positive"}; "expect" is a label, "not_" \
      and a label, or "same" for the label of another text in "as".
      """)

  @OptionGroup var model: ModelOptions
  @OptionGroup var corpus: CorpusArguments

  @Option(help: ArgumentHelp("File of positive texts, one per line.", valueName: "file"), completion: .file())
  var positive: String?

  @Option(help: ArgumentHelp("File of negative texts, one per line.", valueName: "file"), completion: .file())
  var negative: String?

  @Option(help: ArgumentHelp("File of neutral texts, one per line.", valueName: "file"), completion: .file())
  var neutral: String?

  @Option(
    help: ArgumentHelp(
      "Alias of a label in the files, such as none=neutral; may be repeated.", valueName: "alias"))
  var alias: [LabelAlias] = []

  @Option(help: "Labels to distinguish: all, or 2 (positive and negative).")
  var labels = Rendering.Labels.all

  @Option(help: ArgumentHelp("Use only texts with this value of \"split\".", valueName: "name"))
  var split: String?

  @Flag(
    help:
      "Print the full report for each of several files, as for a single one, and the expectations that are not met."
  )
  var details = false

  @Flag(help: "Print one JSON object instead of text.")
  var json = false

  @Option(
    help: ArgumentHelp(
      "Folder for SVG files of confusion matrix, reliability diagram and score histogram.",
      valueName: "dir"), completion: .directory)
  var svg: String?

  @Option(
    help: ArgumentHelp(
      "Folder for a report: report.html, a page with all numbers, curves and the words of the top losses, and report.json.",
      valueName: "dir"), completion: .directory)
  var report: String?

  @Option(
    help: ArgumentHelp(
      "File of expectations, of which the share that is met is shown by group; may be repeated.",
      valueName: "file"), completion: .file())
  var expectations: [String] = []

  @Option(
    help: ArgumentHelp(
      """
      Judge the model in this folder, and write its answers to each file into its config.json. The statistics of \
      animo serve then contain estimates of the true shares.
      """,
      valueName: "dir"), completion: .directory)
  var writeToModel: String?

  @Option(
    help: ArgumentHelp(
      "Number of texts to show, those with the highest loss; with 0, a report still has 20.",
      valueName: "count"))
  var topLosses = 0

  @Flag(help: "Show the tokens of these texts instead of the texts.")
  var tokens = false

  @Option(help: "Number of labelling threads.")
  var workers = 2

  @Argument(
    help: ArgumentHelp("Files of labelled texts; - for standard input.", valueName: "file"),
    completion: .file())
  var files: [String] = []

  func validate() throws {
    guard (positive == nil) == (negative == nil) else {
      throw ValidationError("--positive and --negative go together")
    }
    guard files.isEmpty || positive == nil else {
      throw ValidationError("name files of labelled texts, or --positive and --negative, not both")
    }
    guard !files.isEmpty || positive != nil || !expectations.isEmpty else {
      throw ValidationError(
        "name files of labelled texts, --positive and --negative, or a file of --expectations")
    }
    guard writeToModel == nil || !files.isEmpty || positive != nil else {
      throw ValidationError("--write-to-model needs labelled texts; expectations do not count")
    }
    guard neutral == nil || positive != nil else {
      throw ValidationError("--neutral goes with --positive and --negative")
    }
    guard split == nil || positive == nil else {
      throw ValidationError("--split is for files with JSON objects")
    }
    guard writeToModel == nil || labels == .all else {
      throw ValidationError("--write-to-model judges all labels: leave --labels out")
    }
    for (option, folder) in [("--svg", svg), ("--report", report)] where folder == "" {
      throw ValidationError("\(option) must not be empty; name a folder")
    }
    guard workers >= 1, workers <= 64 else { throw ValidationError("--workers must be between 1 and 64") }
    guard topLosses >= 0 else { throw ValidationError("--top-losses must not be negative") }
  }

  func run() throws {
    try EvaluateRun(self).run()
  }
}
