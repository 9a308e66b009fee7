@testable import Evaluation

/// Eight judgements of two labels whose measures are known: computed with scikit-learn 1.x and by hand.
let eight = judgements(
  positive: [0.9, 0.8, 0.7, 0.6, 0.6, 0.4, 0.3, 0.05], truths: [1, 1, 0, 1, 0, 0, 1, 0])

/// Judgements of two labels from the probabilities of the second.
func judgements(positive: [Double], truths: [Int]) -> [Judgement] {
  zip(positive, truths).map { Judgement(truth: $1, probabilities: [1 - $0, $0]) }
}

extension Double {
  /// Whether the number is another one but for rounding.
  func isClose(to other: Double, within tolerance: Double = 1e-12) -> Bool {
    abs(self - other) <= tolerance
  }
}
