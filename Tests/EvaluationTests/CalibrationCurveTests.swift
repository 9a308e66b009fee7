import Testing

@testable import Evaluation

@Suite struct CalibrationCurveTests {
  @Test("The expected calibration error is the mean gap, weighted by texts")
  func expectedError() {
    // Gaps: 0.95 → 0.05, 0.9 → 0.1, 0.8 → 0.2, twice 0.7 → 0.7, three of 0.6 → |2/3 − 0.6|.
    #expect(CalibrationCurve(eight).expectedError.isClose(to: 0.243_75))
  }

  @Test("A confidence on an edge belongs to the bin below it")
  func edges() {
    let curve = CalibrationCurve(judgements(positive: [0.75, 0.76, 1], truths: [1, 0, 1]), binCount: 4)
    #expect(curve.bins.map(\.count) == [0, 0, 1, 2])
    #expect(curve.bins[3].accuracy == 0.5)
    #expect(curve.bins[3].confidence.isClose(to: 0.88))
    #expect(curve.bins[2].bounds == 0.5...0.75)
  }

  @Test("A model that is as sure as it is right has no error")
  func honest() {
    let honest = judgements(positive: [0.75, 0.75, 0.75, 0.75], truths: [1, 1, 1, 0])
    #expect(CalibrationCurve(honest).expectedError == 0)
    #expect(CalibrationCurve([]).expectedError == 0)
  }
}
