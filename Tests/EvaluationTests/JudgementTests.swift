import Testing

@testable import Evaluation

@Suite("Judgements")
struct JudgementTests {
  @Test("a judgement keeps what it is given")
  func keeps() {
    #expect(Judgement(truth: 1, probabilities: [0.25, 0.75]).probabilities[1] == 0.75)
  }
}
