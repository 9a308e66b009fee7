import Testing

@testable import Evaluation

@Suite struct BootstrapTests {
  private func intervals(_ judgements: [Judgement], seed: UInt64 = 1) -> Bootstrap.Intervals {
    Bootstrap(seed: seed).intervals(judgements, labelCount: 2, positive: 1)
  }

  /// 400 texts of both labels in turn, 320 of which get their own.
  private let mixed = (0..<400).map { number in
    let truth = number % 2
    let isRight = number % 5 != 0
    return Judgement(truth: truth, probabilities: (truth == 1) == isRight ? [0.2, 0.8] : [0.8, 0.2])
  }

  @Test("The interval of the accuracy is about that of the binomial distribution")
  func matchesTheory() {
    // 0.8 ± 1.96 · √(0.8 · 0.2 / 400) = 0.8 ± 0.0392
    let interval = intervals(mixed).accuracy
    #expect(interval.lowerBound.isClose(to: 0.7608, within: 0.006))
    #expect(interval.upperBound.isClose(to: 0.8392, within: 0.006))
  }

  @Test("The intervals of macro-F1 and area hold the measures themselves")
  func holdsMeasures() throws {
    let intervals = intervals(mixed)
    #expect(intervals.macroF1.contains(ConfusionMatrix(mixed, labelCount: 2).macroF1))
    let area = try #require(ScoreRanking(mixed, positive: 1).areaUnderCurve)
    #expect(try #require(intervals.areaUnderCurve).contains(area))
  }

  @Test("The same seed gives the same intervals, another one others")
  func isSeeded() {
    #expect(intervals(eight, seed: 7) == intervals(eight, seed: 7))
    #expect(intervals(mixed, seed: 7) != intervals(mixed, seed: 8))
  }

  @Test("A model that is always right has intervals of no width")
  func perfect() {
    let perfect = intervals(judgements(positive: [0.9, 0.1, 0.8, 0.3], truths: [1, 0, 1, 0]))
    #expect(perfect.accuracy == 1...1)
    #expect(perfect.macroF1 == 1...1)
    #expect(perfect.areaUnderCurve == 1...1)
  }

  @Test("Texts of one label have no interval of the area")
  func oneLabel() {
    #expect(intervals(judgements(positive: [0.9, 0.1], truths: [1, 1])).areaUnderCurve == nil)
  }

  @Test("Quantiles lie on the line between neighbours, as NumPy's do")
  func quantiles() {
    #expect(Bootstrap.quantile(0.5, of: [1, 2, 4, 8]) == 3)
    #expect(Bootstrap.quantile(0.025, of: [1, 2, 4, 8]).isClose(to: 1.075))
    #expect(Bootstrap.quantile(0.975, of: [1, 2, 4, 8]).isClose(to: 7.7))
    #expect(Bootstrap.quantile(1, of: [5]) == 5)
  }
}
