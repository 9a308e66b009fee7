import TestSupport
import Testing

@testable import Evaluation

@Suite struct ThresholdCurveTests {
  private let curve = ThresholdCurve(eight, label: 1)

  @Test("Points count what has at least a score, equal scores together")
  func counts() {
    let counts = curve.points.map { [$0.truePositives, $0.falsePositives] }
    #expect(counts == [[1, 0], [2, 0], [2, 1], [3, 2], [3, 3], [4, 3], [4, 4]])
    #expect(curve.points.map(\.threshold) == [0.9, 0.8, 0.7, 0.6, 0.4, 0.3, 0.05])
    #expect(curve.points.map(curve.recall) == [0.25, 0.5, 0.5, 0.75, 0.75, 1, 1])
    #expect(curve.points.map(curve.fallOut) == [0, 0, 0.25, 0.5, 0.75, 0.75, 1])
  }

  @Test("Areas of the eight by hand")
  func areas() {
    // Pairs in which the positive text is above: 4 + 4 + 2.5 + 1 of 16.
    #expect(curve.areaUnderCurve?.isClose(to: 11.5 / 16) == true)
    // Steps of recall of a quarter at 0.9, 0.8, 0.6 and 0.3.
    #expect(curve.averagePrecision?.isClose(to: (1 + 1 + 3.0 / 5 + 4.0 / 7) / 4) == true)
  }

  @Test("Areas are those of the definitions, for many scores with ties", arguments: [2, 3, 7, 1000])
  func matchesDefinitions(levels: Int) {
    var draws = SeededGenerator(seed: UInt64(levels))
    let isPositive = (0..<300).map { _ in draws.next() % 3 == 0 }
    let scores = isPositive.map { isHigher in
      let draw = draws.next()
      return Double((draw + (isHigher ? 1 : 0)) % UInt64(levels)) / Double(levels)
    }
    let curve = ThresholdCurve(scores: scores, isPositive: isPositive)
    let (positive, other) = (
      scores.indices.filter { isPositive[$0] }, scores.indices.filter { !isPositive[$0] }
    )
    var pairs = 0.0
    for first in positive {
      for second in other {
        pairs += scores[first] > scores[second] ? 1 : scores[first] == scores[second] ? 0.5 : 0
      }
    }
    #expect(
      curve.areaUnderCurve?.isClose(to: pairs / Double(positive.count * other.count), within: 1e-9) == true)
    #expect(
      curve.areaUnderCurve?.isClose(
        to: ScoreRanking(scores: scores, isPositive: isPositive).areaUnderCurve ?? -1, within: 1e-9) == true)
    // AP = Σ over thresholds of (recall - recall before) · precision, each counted anew.
    var (average, recall) = (0.0, 0.0)
    for threshold in Set(scores).sorted(by: >) {
      let found = scores.indices.filter { scores[$0] >= threshold }
      let right = Double(found.count { isPositive[$0] })
      average += (right / Double(positive.count) - recall) * right / Double(found.count)
      recall = right / Double(positive.count)
    }
    #expect(curve.averagePrecision?.isClose(to: average, within: 1e-9) == true)
  }

  @Test("What cannot be told is nil")
  func tellsNothing() {
    #expect(ThresholdCurve([], label: 0).areaUnderCurve == nil)
    let one = ThresholdCurve(scores: [0.3, 0.2], isPositive: [true, true])
    #expect(one.areaUnderCurve == nil && one.averagePrecision == 1)
    #expect(ThresholdCurve(scores: [0.3], isPositive: [false]).averagePrecision == nil)
  }

  @Test("A thinned curve keeps its ends")
  func thins() {
    let curve = ThresholdCurve(
      scores: (0..<1000).map(Double.init), isPositive: (0..<1000).map { $0 % 2 == 0 })
    let thin = curve.thinned(to: 100)
    #expect(thin.count == 100 && thin.first == curve.points.first && thin.last == curve.points.last)
    #expect(curve.thinned(to: 1000) == curve.points)
  }
}
