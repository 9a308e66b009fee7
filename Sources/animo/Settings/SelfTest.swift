import Scoring

/// Tests that the model works, before the daemon reports readiness.
enum SelfTest {
  /// - Throws: `CommandFailure` if the model gives a happy and a sad sentence the same probabilities.
  static func run(_ engine: ScoringEngine) throws {
    let answers = Scorer(engine).answers(to: [
      "muchas gracias, qué alegría tan grande", "estoy muy triste, qué día tan horrible",
    ]).map(\.probabilities)
    guard answers[0] != answers[1], answers[0].reduce(0, +) == 1_000_000 else {
      throw CommandFailure(
        .configuration,
        "model \(engine.modelName): the self-test failed: it answers the same to joy and grief")
    }
  }
}
