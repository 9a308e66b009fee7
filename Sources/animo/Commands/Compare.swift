import ArgumentParser

/// `animo compare`: two models on the same texts.
struct Compare: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Compare two models on the same texts.",
    discussion: """
      EXAMPLES
        $ animo compare built-in my-model gold.jsonl
        $ animo compare old-model my-model --differences 50 stream.jsonl.gz
        $ animo compare built-in my-model --json gold.jsonl | jq .accuracy.mcnemar

      Shows how often the models agree (with Cohen's kappa), and the texts about which they differ most. Where \
      lines have labels, {"text":"…","label":"positive"}, also the accuracy and macro-F1 of both models, with \
      intervals of 95 % from 1,000 bootstrap resamples that draw the same texts for both, and McNemar's test: \
      exact below 25 texts that only one of the models gets right, with continuity correction from there on. \
      Models with different labels are compared on those that both have.
      """)

  @OptionGroup var corpus: CorpusArguments

  @Option(
    help: ArgumentHelp(
      "Alias of a label in the files, such as none=neutral; may be repeated.", valueName: "alias"))
  var alias: [LabelAlias] = []

  @Option(help: ArgumentHelp("Use only texts with this value of \"split\".", valueName: "name"))
  var split: String?

  @Option(
    help: ArgumentHelp(
      "Number of texts to show, those about which the models differ most.", valueName: "count"))
  var differences = 10

  @Flag(help: "Print one JSON object instead of text.")
  var json = false

  @Option(
    help: ArgumentHelp(
      "Compute kernels, such as avx2 or plain; by default the best ones for each model and this machine.",
      valueName: "name"))
  var kernel: String?

  @Option(help: "Number of labelling threads.")
  var workers = 2

  @Argument(
    help: ArgumentHelp("Folder of the first model, A, or built-in.", valueName: "a"), completion: .directory)
  var first: String

  @Argument(
    help: ArgumentHelp("Folder of the second model, B, or built-in.", valueName: "b"), completion: .directory)
  var second: String

  @Argument(
    help: ArgumentHelp("Files of texts; - for standard input.", valueName: "file"), completion: .file())
  var files: [String]

  func validate() throws {
    guard workers >= 1, workers <= 64 else { throw ValidationError("--workers must be between 1 and 64") }
    guard differences >= 0 else { throw ValidationError("--differences must not be negative") }
  }

  func run() throws {
    try CompareRun(self).run()
  }
}
