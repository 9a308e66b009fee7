import ArgumentParser
import Datasets

/// The labelled tweets for training and validation.
struct LabelledTweetArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp("File of positive tweets; may be repeated.", valueName: "file"), completion: .file())
  var positive: [String] = []

  @Option(
    help: ArgumentHelp("File of negative tweets; may be repeated.", valueName: "file"), completion: .file())
  var negative: [String] = []

  @Option(
    help: ArgumentHelp("File of neutral tweets; may be repeated.", valueName: "file"), completion: .file())
  var neutral: [String] = []

  @Flag(
    inversion: .prefixedNo,
    help: """
      Let positive and negative files teach only the odds between these two labels, which suits labels made \
      from emoticons. (default: if the model has a label without a file of its own)
      """)
  var onlyOdds: Bool?

  @Option(
    help: ArgumentHelp(
      "Alias of a label in --labelled files, such as none=neutral; may be repeated.", valueName: "alias"))
  var alias: [LabelAlias] = []

  @Option(
    help: ArgumentHelp("File whose lines contain their labels; may be repeated.", valueName: "file"),
    completion: .file())
  var labelled: [String] = []

  @Option(
    help: ArgumentHelp(
      "Use only lines of this split of --labelled files; may be repeated.", valueName: "name"))
  var split: [String] = []

  @Option(
    help: """
      Weight of the tweets of --labelled files relative to others; once for all files, or once for each \
      file, in order. (default: 1)
      """)
  var labelledWeight: [Float] = []

  @Option(help: ArgumentHelp("File of positive validation tweets.", valueName: "file"), completion: .file())
  var validationPositive: [String] = []

  @Option(help: ArgumentHelp("File of negative validation tweets.", valueName: "file"), completion: .file())
  var validationNegative: [String] = []

  @Option(
    help: ArgumentHelp("File of validation tweets whose lines contain their labels.", valueName: "file"),
    completion: .file())
  var validationLabelled: [String] = []

  @Option(help: "Share of the tweets held back for validation if no validation file is given.")
  var validationShare = ClassifierRequest.defaultValidationShare

  func validate() throws {
    guard !(positive.isEmpty || negative.isEmpty) || !labelled.isEmpty else {
      throw ValidationError("name tweets with --positive and --negative, or with --labelled")
    }
    guard labelledWeight.count <= 1 || labelledWeight.count == labelled.count else {
      throw ValidationError("give --labelled-weight once, or once for each --labelled file")
    }
    guard labelledWeight.allSatisfy({ ClassifierRequest.Source.weights.contains($0) }),
      (0..<1).contains(validationShare)
    else {
      throw ValidationError(
        "--labelled-weight must be from 0 to 1000000, --validation-share from 0, less than 1")
    }
  }

  /// The request that these arguments describe.
  ///
  /// - Parameter labels: the labels of the model to train.
  /// - Throws: `CommandFailure` for a file of a label, or an alias for one, that the model does not have.
  func request(labels names: [String], reading: CorpusReading) throws(CommandFailure) -> ClassifierRequest {
    let labels = LabelSet(names, aliases: Dictionary(alias.map { ($0.name, $0.label) }) { $1 })
    if let missing = alias.map(\.label).first(where: { !names.contains($0) }) {
      throw CommandFailure(
        .usage, "no label is named \(missing); the model has \(names.joined(separator: ", "))")
    }
    let sources =
      [
        ClassifierRequest.Source(
          files: ClassifierRequest.files(
            [("positive", positive), ("negative", negative), ("neutral", neutral)], labels: labels,
            onlyOdds: onlyOdds))
      ]
      + labelled.enumerated().map { index, path in
        ClassifierRequest.Source(
          files: [LabelledFile(path: path)], splits: split.isEmpty ? nil : Set(split),
          weight: labelledWeight.isEmpty ? 1 : labelledWeight[labelledWeight.count == 1 ? 0 : index])
      }
    let validation = ClassifierRequest.files(
      [("positive", validationPositive), ("negative", validationNegative)], labels: labels, onlyOdds: onlyOdds
    )
    return ClassifierRequest(
      labels: labels, sources: sources.filter { !$0.files.isEmpty },
      validation: validation + validationLabelled.map { LabelledFile(path: $0) },
      validationShare: validationShare, reading: reading)
  }
}

/// An alias of a label on the command line, `none=neutral`.
struct LabelAlias: ExpressibleByArgument {
  let name: String
  let label: String

  init?(argument: String) {
    let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
    guard parts.count == 2 else { return nil }
    (name, label) = (parts[0], parts[1])
  }
}
