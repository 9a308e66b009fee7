import Sentiment

/// Proves, before the daemon says that it is ready, that the model answers at all.
enum SelfTest {
  /// - Throws: `CommandFailure` when the model takes joy for grief.
  static func run(_ scorer: SentimentScorer) throws {
    let joy = scorer.explain("muchas gracias, qué alegría tan grande").probabilities
    let grief = scorer.explain("estoy muy triste, qué día tan horrible").probabilities
    guard joy != grief, joy.reduce(0, +) == 1_000_000 else {
      throw CommandFailure(
        .configuration,
        "model \(scorer.modelName): the self-test failed: it answers the same to joy and grief")
    }
  }
}
