import Testing

@testable import Evaluation

@Suite struct ScoreRankingTests {
  private func area(_ scores: [Double], _ isPositive: [Bool]) -> Double? {
    ScoreRanking(scores: scores, isPositive: isPositive).areaUnderCurve
  }

  @Test("The area is the share of pairs in the right order, ties counted half")
  func countsPairs() {
    // 16 pairs: 0.9 and 0.8 win 4 each, 0.6 wins 2 and ties 1, 0.3 wins 1: 11.5 / 16.
    #expect(ScoreRanking(eight, positive: 1).areaUnderCurve == 0.71875)
    #expect(area([0.1, 0.2, 0.8, 0.9], [false, false, true, true]) == 1)
    #expect(area([0.1, 0.2, 0.8, 0.9], [true, true, false, false]) == 0)
    #expect(area([0.5, 0.5, 0.5], [true, false, true]) == 0.5)
  }

  @Test("The order of the texts makes no difference, within ties neither")
  func ignoresOrder() {
    let scores = [0.5, 0.5, 0.5, 0.2, 0.7, 0.7]
    let isPositive = [true, false, true, false, true, false]
    #expect(area(scores, isPositive) == area(scores.reversed(), isPositive.reversed()))
  }

  @Test("Texts of one kind only have no area")
  func needsBothKinds() {
    #expect(area([0.1, 0.2], [true, true]) == nil)
    #expect(area([0.1, 0.2], [false, false]) == nil)
    #expect(area([], []) == nil)
  }

  @Test("A text that counts twice is the same as the text given twice, one that counts nought as none")
  func weighs() {
    let ranking = ScoreRanking(scores: [0.1, 0.6, 0.6, 0.9], isPositive: [true, false, true, false])
    let repeated = area([0.1, 0.1, 0.6, 0.6, 0.6, 0.6], [true, true, false, true, true, true])
    #expect(ranking.areaUnderCurve(counts: [2, 1, 3, 0]) == repeated)
    #expect(ranking.areaUnderCurve(counts: [0, 1, 0, 1]) == nil)
  }
}
