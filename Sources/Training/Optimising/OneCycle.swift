internal import Glibc

/// The one-cycle policy: the learning rate rises to its maximum and falls to almost zero, each along half a cosine,
/// while Adam's momentum falls and rises again.
///
/// A pure function of the step, with the numbers of fastai v1's `fit_one_cycle` as defaults.
/// Source: Smith 2018, A disciplined approach to neural network hyper-parameters.
package struct OneCycle: Equatable, Sendable {
  /// The momentum (β₁) at the start and at the end, when the rate is lowest.
  package var highMomentum: Double
  /// The momentum when the rate is highest.
  package var lowMomentum: Double
  /// The ratio of the maximum rate to the initial rate.
  package var divisor: Double
  /// The ratio of the initial rate to the final rate.
  package var finalDivisor: Double
  /// The share of steps with a rising rate.
  package var risingShare: Double

  /// A point of the cycle.
  package struct Point: Equatable, Sendable {
    /// The factor for maximum rates, up to 1.
    package let rateFactor: Double
    /// Adam's β₁.
    package let momentum: Double
  }

  package init(
    highMomentum: Double = 0.95, lowMomentum: Double = 0.85, divisor: Double = 25,
    finalDivisor: Double = 10_000, risingShare: Double = 0.3
  ) {
    precondition(divisor > 0 && finalDivisor > 0 && (0...1).contains(risingShare))
    (self.highMomentum, self.lowMomentum) = (highMomentum, lowMomentum)
    (self.divisor, self.finalDivisor, self.risingShare) = (divisor, finalDivisor, risingShare)
  }

  /// The momenta of the case study.
  package static let forText = OneCycle(highMomentum: 0.8, lowMomentum: 0.7)

  /// The rate factor and momentum of step `step` of `steps`, counted from 0; past the end, those of the end.
  package func at(_ step: Int, of steps: Int) -> Point {
    let rising = Int(Double(steps) * risingShare)
    let falling = steps - rising
    // At least one step has the maximum rate, as in fastai.
    let top = max(1, rising)
    if step < top {
      let share = Double(step) / Double(top)
      return Point(
        rateFactor: Self.cosine(from: 1 / divisor, to: 1, share),
        momentum: Self.cosine(from: highMomentum, to: lowMomentum, share))
    }
    let share = min(1, Double(step - top) / Double(max(1, falling)))
    return Point(
      rateFactor: Self.cosine(from: 1, to: 1 / (divisor * finalDivisor), share),
      momentum: Self.cosine(from: lowMomentum, to: highMomentum, share))
  }

  /// Interpolates along half a cosine.
  private static func cosine(from start: Double, to end: Double, _ share: Double) -> Double {
    end + (start - end) / 2 * (1 + cos(Double.pi * share))
  }
}
