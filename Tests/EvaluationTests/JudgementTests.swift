import Testing

@testable import Evaluation

@Suite struct JudgementTests {
  @Test("The likeliest label is given, of equals the first")
  func answers() {
    #expect(Judgement(truth: 0, probabilities: [0.2, 0.5, 0.3]).answer == 1)
    #expect(Judgement(truth: 1, probabilities: [0.5, 0.5]).answer == 0)
    #expect(Judgement(truth: 1, probabilities: [0.25, 0.75]).isRight)
    #expect(!Judgement(truth: 0, probabilities: [0.25, 0.75]).isRight)
    #expect(Judgement(truth: 0, probabilities: [0.25, 0.75]).confidence == 0.75)
  }

  @Test("The loss is that of the true label, and finite even for a probability of nought")
  func losses() {
    // ln 4, and ln 2,000,000
    #expect(Judgement(truth: 0, probabilities: [0.25, 0.75]).loss.isClose(to: 1.386_294_361_119_890_6))
    #expect(Judgement(truth: 0, probabilities: [0, 1]).loss.isClose(to: 14.508_657_738_524_22))
  }

  @Test("The log loss is the mean of the losses")
  func logLoss() {
    #expect(eight.logLoss.isClose(to: 0.590_710_618_677_199_3))
    #expect([Judgement]().logLoss == 0)
  }

  @Test("The top losses come first, equals in their order, and never more than there are")
  func topLosses() {
    let judgements = judgements(positive: [0.9, 0.25, 0.5, 0.25, 0.1], truths: [1, 1, 1, 1, 1])
    #expect(judgements.indicesOfTopLosses(3) == [4, 1, 3])
    #expect(judgements.indicesOfTopLosses(100) == [4, 1, 3, 2, 0])
    #expect(judgements.indicesOfTopLosses(0) == [])
  }
}
