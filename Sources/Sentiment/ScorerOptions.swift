package import Kernels
package import TweetText

/// How a model is used. Only the profile and the kernels' arithmetic change answers.
package struct ScorerOptions: Sendable {
  /// How texts are cleaned, or nil for the way in which the model was trained.
  package var profile: CleaningProfile?
  /// What to compute with, or nil for what suits the model and the processor best.
  package var kernels: KernelSet?
  /// How many answers each batch keeps for texts that come again; 0 for none.
  package var cachedAnswers = defaultCachedAnswers
  /// How much memory the first layer's projections of frequent words may take; 0 for none of them.
  package var wordTableBytes = 0

  /// Less than 6 MB for each worker.
  package static let defaultCachedAnswers = 16_384

  /// The defaults.
  package init() {}
}
