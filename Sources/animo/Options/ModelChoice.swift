import Kernels
import Sentiment
import TweetText

/// Which model is used, and how.
struct ModelChoice: Equatable, Sendable {
  /// Its folder, if it is not the one in the program.
  var directory: String?
  /// How texts are cleaned, if not as the model was trained.
  var clean: CleaningProfile?
  /// The kernels to compute with, if not the best ones.
  var kernel: String?
  var cachesAnswers = true
  /// MiB.
  var wordTable = 0

  /// Loads the model.
  func makeScorer() throws -> SentimentScorer {
    var options = ScorerOptions()
    options.profile = clean
    options.kernels = try kernels()
    options.cachedAnswers = cachesAnswers ? ScorerOptions.defaultCachedAnswers : 0
    options.wordTableBytes = wordTable << 20
    guard let directory else { return try SentimentScorer.embedded(options) }
    return try SentimentScorer(directory: directory, options)
  }

  private func kernels() throws -> KernelSet? {
    guard let kernel else { return nil }
    guard let kernels = KernelSet.named(kernel) else {
      throw CommandFailure(
        .usage, "kernel \"\(kernel)\" is not to be had on this machine; it has \(KernelSet.names)")
    }
    return kernels
  }
}

extension KernelSet {
  /// The names of those that run here.
  static var names: String { available.map(\.name).joined(separator: ", ") }
}
