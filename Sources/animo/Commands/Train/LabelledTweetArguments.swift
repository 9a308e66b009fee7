import ArgumentParser
import Datasets

/// Which labelled tweets are learnt from, and by which the result is judged.
struct LabelledTweetArguments: ParsableArguments {
  @Option(help: ArgumentHelp("A file of positive tweets.", valueName: "file"))
  var positive: [String] = []

  @Option(help: ArgumentHelp("A file of negative tweets.", valueName: "file"))
  var negative: [String] = []

  @Option(help: ArgumentHelp("A file whose lines name their label.", valueName: "file"))
  var labelled: [String] = []

  @Option(help: ArgumentHelp("Of --labelled files only lines of this split.", valueName: "name"))
  var split: [String] = []

  @Option(help: "How much a tweet of a --labelled file counts beside the others.")
  var labelledWeight: Float = 1

  @Option(help: ArgumentHelp("A file of positive tweets to judge by.", valueName: "file"))
  var validationPositive: [String] = []

  @Option(help: ArgumentHelp("A file of negative tweets to judge by.", valueName: "file"))
  var validationNegative: [String] = []

  @Option(help: "Which share of the tweets is held back to judge by, where no file is named for that.")
  var validationShare = ClassifierRequest.defaultValidationShare

  func validate() throws {
    guard !(positive.isEmpty || negative.isEmpty) || !labelled.isEmpty else {
      throw ValidationError("name tweets with --positive and --negative, or with --labelled")
    }
    guard labelledWeight >= 0, labelledWeight.isFinite, (0..<1).contains(validationShare) else {
      throw ValidationError("--labelled-weight must not be negative, --validation-share from 0 to 1")
    }
  }

  /// What they say, as a value.
  func request(reading: CorpusReading) -> ClassifierRequest {
    let sources = [
      ClassifierRequest.Source(files: Self.files(positive: positive, negative: negative)),
      ClassifierRequest.Source(
        files: labelled.map { LabelledFile(path: $0) }, splits: split.isEmpty ? nil : Set(split),
        weight: labelledWeight),
    ]
    return ClassifierRequest(
      sources: sources.filter { !$0.files.isEmpty },
      validation: Self.files(positive: validationPositive, negative: validationNegative),
      validationShare: validationShare, reading: reading)
  }

  private static func files(positive: [String], negative: [String]) -> [LabelledFile] {
    positive.map { LabelledFile(path: $0, label: .positive) }
      + negative.map { LabelledFile(path: $0, label: .negative) }
  }
}
