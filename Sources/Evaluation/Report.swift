/// How well a model labels some texts whose labels are known.
package struct Report: Equatable, Sendable {
  /// The number of texts; at least one.
  package let count: Int
  package let confusion: ConfusionMatrix
  /// How well the probability of the positive label parts the texts, of more than two labels positive from negative
  /// ones; nil when all are positive, or none is.
  package let areaUnderCurve: Double?
  /// The mean area of each label against all others, where they can be told; nil of two labels.
  package let macroAreaUnderCurve: Double?
  /// In nats.
  package let logLoss: Double
  package let calibration: CalibrationCurve
  /// How far accuracy, macro-F1 and area would vary with other texts.
  package let intervals: Bootstrap.Intervals
  /// What one more temperature, the best one for these very texts, would make of the probabilities.
  package let recalibration: Recalibration

  /// A temperature and what it makes of log loss and calibration.
  package struct Recalibration: Equatable, Sendable {
    package let temperature: Temperature
    package let logLoss: Double
    package let calibrationError: Double
  }

  /// The report on some judgements; nil for none.
  ///
  /// - Parameters:
  ///   - labelCount: how many labels the model has.
  ///   - positive: the label whose probability is the score of the area under the curve.
  ///   - negative: the label that AUC separates it from; nil for all others.
  ///   - temperature: by which the model divides its logits.
  package init?(
    _ judgements: [Judgement], labelCount: Int, positive: Int, negative: Int? = nil,
    temperature: Temperature = Temperature(1), bootstrap: Bootstrap = .init()
  ) {
    guard !judgements.isEmpty else { return nil }
    count = judgements.count
    confusion = ConfusionMatrix(judgements, labelCount: labelCount)
    areaUnderCurve = ScoreRanking(judgements, positive: positive, negative: negative).areaUnderCurve
    macroAreaUnderCurve = labelCount > 2 ? Self.macroArea(judgements, labelCount: labelCount) : nil
    logLoss = judgements.logLoss
    calibration = CalibrationCurve(judgements)
    intervals = bootstrap.intervals(
      judgements, labelCount: labelCount, positive: positive, negative: negative)
    recalibration = Recalibration(judgements, temperature)
  }

  private static func macroArea(_ judgements: [Judgement], labelCount: Int) -> Double? {
    let areas = (0..<labelCount).compactMap { ScoreRanking(judgements, positive: $0).areaUnderCurve }
    return areas.isEmpty ? nil : areas.reduce(0, +) / Double(areas.count)
  }
}

extension Report.Recalibration {
  /// Fits the temperature and measures with it. No temperature changes the answer to a text with nothing to
  /// judge, which is given by rule.
  init(_ judgements: [Judgement], _ divided: Temperature) {
    let best = Temperature.fit(judgements.filter { !$0.hasNothingToJudge }, divided: divided)
    let tempered = judgements.map { $0.hasNothingToJudge ? $0 : $0.tempered(by: best) }
    temperature = best
    logLoss = tempered.logLoss
    calibrationError = CalibrationCurve(tempered).expectedError
  }
}
