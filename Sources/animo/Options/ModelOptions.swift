import ArgumentParser
import Kernels
import Sentiment
import TweetText

extension CleaningProfile: ExpressibleByArgument {}

/// Which model is used, and how.
struct ModelOptions: ParsableArguments {
  @Option(help: ArgumentHelp("A folder with a model, in place of the one in the program.", valueName: "dir"))
  var model: String?

  @Option(help: "How texts are cleaned, if not as the model was trained: standard or notebook.")
  var clean: CleaningProfile?

  @Option(
    help: ArgumentHelp(
      "The kernels to compute with: \(KernelSet.names). The best ones for the model and this machine are taken "
        + "if none are named; ANIMO_KERNEL does the same.", valueName: "name"))
  var kernel: String?

  @Flag(
    inversion: .prefixedNo,
    help: "Remember answers to recent texts, so that retweets cost a look-up; the answers are the same.")
  var cache = true

  @Option(
    help: ArgumentHelp(
      "Memory for what the first layer makes of frequent words; gains little, and changes no answer.",
      valueName: "MiB"))
  var wordTable = 0

  func validate() throws {
    guard wordTable >= 0, wordTable <= 4096 else {
      throw ValidationError("--word-table must be between 0 and 4096")
    }
  }

  /// Loads the model.
  func makeScorer() throws -> SentimentScorer {
    var options = ScorerOptions()
    options.profile = clean
    options.kernels = try kernels()
    options.cachedAnswers = cache ? ScorerOptions.defaultCachedAnswers : 0
    options.wordTableBytes = wordTable << 20
    guard let model else { return try SentimentScorer.embedded(options) }
    return try SentimentScorer(directory: model, options)
  }

  private func kernels() throws -> KernelSet? {
    guard let name = kernel ?? Environment.value(of: "ANIMO_KERNEL") else { return nil }
    guard let kernels = KernelSet.named(name) else {
      throw CommandFailure(
        .usage, "kernel \"\(name)\" is not to be had on this machine; it has \(KernelSet.names)")
    }
    return kernels
  }
}

extension KernelSet {
  /// The names of those that run here.
  static var names: String { available.map(\.name).joined(separator: ", ") }
}
