import ArgumentParser
import Kernels
import Training
import TweetText

extension ProductPrecision: ExpressibleByArgument {}

/// Where a training works, and what chance does in it.
struct WorkshopArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The folder for checkpoints and the log. (default: <output>.training)", valueName: "dir"))
  var work: String?

  @Flag(help: "Go on with the training that is in the folder.")
  var resume = false

  @Option(help: "What all random choices depend on.")
  var seed: UInt64 = 42

  /// The workshop of a training whose result goes to `output`.
  func workshop(for output: String) throws -> Workshop {
    try Workshop(at: work ?? output + ".training", resumes: resume)
  }
}

/// What all trainings of a network have in common.
struct TrainingArguments: ParsableArguments {
  @OptionGroup var place: WorkshopArguments

  @Option(help: "In which numbers products are computed: bfloat16 or float32; sums are float32.")
  var precision = ProductPrecision.bfloat16

  @Option(help: "How texts are cleaned: standard or notebook.")
  var clean = CleaningProfile.standard

  @Option(help: "Longer tweets are cut to so many tokens.")
  var maxTokens = TrainingArguments.defaultMaximumTokens

  static let defaultMaximumTokens = 96

  func validate() throws {
    guard (1...1 << 16).contains(maxTokens) else {
      throw ValidationError("--max-tokens must be between 1 and \(1 << 16)")
    }
  }

  var resume: Bool { place.resume }
  var seed: UInt64 { place.seed }

  /// The workshop of a training whose result goes to `output`.
  func workshop(for output: String) throws -> Workshop { try place.workshop(for: output) }
}
