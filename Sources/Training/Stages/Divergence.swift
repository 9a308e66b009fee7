internal import Glibc

/// Training diverged, and how that was detected.
package enum Divergence: Error, Equatable, Sendable {
  /// A minibatch's loss is infinite or NaN.
  case loss(Double, step: Int)
  /// A minibatch's gradients are infinite or NaN.
  case gradients(norm: Double, step: Int)
  /// The validation loss is infinite or NaN, or far above the best one.
  case validation(loss: Double, best: Double?, step: Int)
  /// A number of the network itself is infinite or NaN.
  case network(step: Int)
}

extension Divergence: CustomStringConvertible {
  package var description: String {
    switch self {
    case .loss(let loss, let step): "the loss is \(text(loss)) at step \(step)"
    case .gradients(let norm, let step): "the gradients' length is \(text(norm)) at step \(step)"
    case .validation(let loss, let best?, let step):
      "the validation loss is \(text(loss)) at step \(step), after \(text(best)) at best"
    case .validation(let loss, nil, let step): "the validation loss is \(text(loss)) at step \(step)"
    case .network(let step): "the network has numbers that are infinite or NaN at step \(step)"
    }
  }

  /// The sign of a NaN is meaningless: it depends on the processor.
  private func text(_ number: Double) -> String {
    if number.isNaN { return "nan" }
    return abs(number) < 1e9 ? "\((number * 10_000).rounded() / 10_000)" : "\(number)"
  }
}

/// Detects divergence.
package struct DivergenceWatch: Equatable, Sendable {
  /// The share by which a validation loss may exceed the best one.
  package let tolerance: Double
  /// The lowest validation loss so far.
  package private(set) var best: Double?

  /// A best loss counts as at least this much: where all answers are right, a loss of almost nothing doubles
  /// by chance.
  private static let leastBest = 0.1

  package init(tolerance: Double = 0.1, best: Double? = nil) {
    (self.tolerance, self.best) = (tolerance, best)
  }

  /// Checks a minibatch before it changes anything.
  package func check(loss: Double, gradientNorm: Double, step: Int) throws(Divergence) {
    guard loss.isFinite else { throw .loss(loss, step: step) }
    guard gradientNorm.isFinite else { throw .gradients(norm: gradientNorm, step: step) }
  }

  /// Checks a validation; returns whether it is the best so far.
  package mutating func check(validationLoss loss: Double, step: Int) throws(Divergence) -> Bool {
    guard loss.isFinite else { throw .validation(loss: loss, best: best, step: step) }
    guard let best else {
      best = loss
      return true
    }
    guard loss <= best + max(abs(best), Self.leastBest) * tolerance else {
      throw .validation(loss: loss, best: best, step: step)
    }
    self.best = min(best, loss)
    return loss < best
  }
}

/// A moving average of the loss of minibatches, for display.
///
/// Exponentially weighted, with a correction for starting at 0, as in fastai's `SmoothenValue`.
package struct SmoothedLoss: Equatable, Sendable {
  /// The weight of the previous average.
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
