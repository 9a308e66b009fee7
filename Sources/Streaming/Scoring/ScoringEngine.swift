package import Sentiment
internal import TweetText

/// Everything that answers depend on: the model, how lines are read, what is said and written.
///
/// Immutable and shared by all threads. New settings are a new engine beside the old one, and each job is labelled by
/// one of them from its first line to its last.
package final class ScoringEngine: Sendable {
  /// The model.
  package let scorer: SentimentScorer
  /// How lines are to be understood.
  package let reading: ReadingOptions
  /// What is said and what outputs look like.
  package let rendering: Rendering

  /// An engine of these parts.
  package init(
    scorer: SentimentScorer, reading: ReadingOptions = .init(), rendering: Rendering = .init()
  ) {
    self.scorer = scorer
    self.reading = reading
    self.rendering = rendering
  }

  /// The model's name and checksum.
  package var modelName: String { scorer.modelName }

  /// Everything else that the bytes of an output depend on beside its input, as a text to be compared.
  ///
  /// Half an output may only be gone on with by an engine of the same model and settings.
  package var settings: String {
    // As Swift describes the options, so that one that is added later is not forgotten here.
    "\(scorer.cleaning) \(scorer.kernelName) \(rendering) \(reading)".replacing("Streaming.", with: "")
  }
}
