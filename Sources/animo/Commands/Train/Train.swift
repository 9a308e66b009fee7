import ArgumentParser
import Kernels
import Training
import TweetText

/// `animo train`: the steps of making a model.
struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train a model: label tweets, build a vocabulary, train language models and a classifier.",
    discussion: """
      EXAMPLE
        $ animo train all recipe.toml
      """,
    subcommands: [
      Label.self, MakeVocabulary.self, Preview.self, LanguageModel.self, Classifier.self, Wide.self,
      Marks.self,
      All.self,
    ])
}

extension ProductPrecision: ExpressibleByArgument {}

/// The working folder of a training, and its random seed.
struct TrainingSessionArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Folder for checkpoints and the log. (default: <output>.training)", valueName: "dir"),
    completion: .directory)
  var work: String?

  @Flag(help: "Continue an interrupted training.")
  var resume = false

  @Option(help: "Random seed.")
  var seed: UInt64 = 42

  func validate() throws {
    guard work != "" else {
      throw ValidationError("--work must not be empty; leave it out for the default")
    }
  }

  /// The session of a training whose result goes to `output`.
  func session(for output: String) throws -> TrainingSession {
    try TrainingSession(at: work ?? output + ".training", resumes: resume)
  }
}

/// Options shared by all trainings of a network.
struct TrainingArguments: ParsableArguments {
  @OptionGroup var place: TrainingSessionArguments

  @Option(help: "Precision of matrix products: bfloat16 or float32; sums are always float32.")
  var precision = ProductPrecision.bfloat16

  @Option(help: "Cleaning profile: standard, standard-2 or notebook.")
  var clean = CleaningProfile.standard

  @Option(help: "Maximum number of tokens per tweet; longer tweets are truncated.")
  var maxTokens = TrainingArguments.defaultMaximumTokens

  static let defaultMaximumTokens = 96

  func validate() throws {
    guard (1...1 << 16).contains(maxTokens) else {
      throw ValidationError("--max-tokens must be between 1 and \(1 << 16)")
    }
  }

  var resume: Bool { place.resume }
  var seed: UInt64 { place.seed }

  /// The session of a training whose result goes to `output`.
  func session(for output: String) throws -> TrainingSession { try place.session(for: output) }
}
