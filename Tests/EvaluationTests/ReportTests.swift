import Testing

@testable import Evaluation

@Suite struct ReportTests {
  @Test("A report holds each measure of its judgements")
  func holdsMeasures() throws {
    let report = try #require(Report(eight, labelCount: 2, positive: 1))
    #expect(report.count == 8)
    #expect(report.confusion.accuracy == 0.625)
    #expect(report.areaUnderCurve == 0.71875)
    #expect(report.logLoss.isClose(to: 0.590_710_618_677_199_3))
    #expect(report.calibration.expectedError.isClose(to: 0.243_75))
    #expect(report.intervals.accuracy.contains(0.625))
  }

  @Test("The best temperature does not make the log loss worse")
  func recalibrates() throws {
    let report = try #require(Report(eight, labelCount: 2, positive: 1))
    #expect(report.recalibration.temperature.value.isClose(to: 1.324_338_3, within: 1e-6))
    #expect(report.recalibration.logLoss < report.logLoss)
  }

  @Test("An answer by rule, which no temperature changes, has no part in the best one")
  func leavesRuledAnswers() throws {
    let ruled = Judgement(truth: 0, probabilities: [0, 1], hasNothingToJudge: true)
    let report = try #require(Report(eight + [ruled], labelCount: 2, positive: 1))
    #expect(report.recalibration.temperature.value.isClose(to: 1.324_338_3, within: 1e-6))
    let expected = (8 * 0.583_247_234_3 + ruled.loss) / 9
    #expect(report.recalibration.logLoss.isClose(to: expected, within: 1e-9))
  }

  @Test("There is no report on nothing")
  func needsJudgements() {
    #expect(Report([], labelCount: 2, positive: 1) == nil)
  }
}
