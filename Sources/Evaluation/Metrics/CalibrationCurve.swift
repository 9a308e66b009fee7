/// How often the model is right when it says that it is so sure.
///
/// Texts are put into bins of equal width by their confidence, the probability of the label that they were given:
/// bin m of M holds confidences in ((m − 1) / M, m / M] (Guo, Pleiss, Sun & Weinberger 2017, On Calibration of
/// Modern Neural Networks).
package struct CalibrationCurve: Equatable, Sendable {
  /// The texts of about the same confidence.
  package struct Bin: Equatable, Sendable {
    /// The confidences that it takes: more than the lower bound, up to the upper one.
    package let bounds: ClosedRange<Double>
    /// How many texts it holds.
    package fileprivate(set) var count = 0
    fileprivate var right = 0
    fileprivate var confidenceSum = 0.0

    /// The share of its texts that were given their true label; 0 for no texts.
    package var accuracy: Double { count == 0 ? 0 : Double(right) / Double(count) }
    /// The same with its interval.
    package var rightTexts: Proportion { Proportion(right, of: count) }
    /// The mean confidence of its texts; 0 for no texts.
    package var confidence: Double { count == 0 ? 0 : confidenceSum / Double(count) }
  }

  /// By rising confidence; empty ones too.
  package private(set) var bins: [Bin]

  /// The curve of some judgements.
  package init(_ judgements: [Judgement], binCount: Int = 15) {
    let edges = (0...binCount).map { Double($0) / Double(binCount) }
    bins = (0..<binCount).map { Bin(bounds: edges[$0]...edges[$0 + 1]) }
    for judgement in judgements { add(judgement) }
  }

  /// The expected calibration error (ECE): the mean over all texts of the difference between their bin's accuracy
  /// and its mean confidence; 0 for no texts.
  package var expectedError: Double {
    let total = bins.reduce(0) { $0 + $1.count }
    guard total > 0 else { return 0 }
    let sum = bins.reduce(0) { $0 + abs(Double($1.right) - $1.confidenceSum) }
    return sum / Double(total)
  }

  private mutating func add(_ judgement: Judgement) {
    let place = Int((judgement.confidence * Double(bins.count)).rounded(.up)) - 1
    let bin = min(max(place, 0), bins.count - 1)
    bins[bin].count += 1
    bins[bin].right += judgement.isRight ? 1 : 0
    bins[bin].confidenceSum += judgement.confidence
  }
}
