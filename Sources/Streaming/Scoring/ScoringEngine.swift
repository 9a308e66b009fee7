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

  /// What the bytes of an output depend on beside its input, on one line: equal for two engines only if they answer
  /// alike.
  ///
  /// Half an output may be gone on with only by an engine of the same identity.
  package var identity: String {
    [
      ("model", scorer.modelName), ("kernels", scorer.kernelName), ("clean", scorer.cleaning.rawValue),
      ("threshold", "\(rendering.threshold)"), ("emit", rendering.emit.rawValue),
      ("bad_lines", "\(rendering.badLines)"), ("input", reading.format?.rawValue ?? "auto"),
      ("text_keys", reading.textKeys.joined(separator: ",")), ("encoding", reading.encoding.rawValue),
      ("invalid_utf8", reading.invalidUTF8.rawValue), ("max_line_length", "\(reading.maximumLineLength)"),
    ].map { $0 + "=" + $1 }.joined(separator: " ")
  }
}
