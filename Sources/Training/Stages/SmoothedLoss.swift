internal import Glibc

/// A loss averaged over the last minibatches, the older the less: what people watch.
///
/// Exponential with a correction for having begun at 0, as fastai's `SmoothenValue`.
package struct SmoothedLoss: Equatable, Sendable {
  /// What of the average stays when a loss comes.
  package static let kept = 0.98

  package private(set) var sum: Double
  package private(set) var count: Int

  package init(sum: Double = 0, count: Int = 0) {
    (self.sum, self.count) = (sum, count)
  }

  /// The average; 0 before the first loss.
  package var value: Double {
    count == 0 ? 0 : sum / (1 - pow(Self.kept, Double(count)))
  }

  package mutating func add(_ loss: Double) {
    sum = Self.kept * sum + (1 - Self.kept) * loss
    count += 1
  }
}
