internal import Glibc

/// The one-cycle policy: the learning rate rises to its maximum and falls to almost nothing, each along half a
/// cosine, while Adam's momentum falls and rises again.
///
/// A pure function of the step, with the numbers of fastai v1's `fit_one_cycle` as defaults.
/// Source: Smith 2018, A disciplined approach to neural network hyper-parameters.
package struct OneCycle: Equatable, Sendable {
  /// Momentum (β₁) at the lowest rate, at the beginning and at the end.
  package var highMomentum: Double
  /// Momentum at the highest rate.
  package var lowMomentum: Double
  /// The highest rate divided by the first.
  package var divisor: Double
  /// The first rate divided by the last.
  package var finalDivisor: Double
  /// The share of steps in which the rate rises.
  package var risingShare: Double

  /// Where in the cycle a step is.
  package struct Point: Equatable, Sendable {
    /// What highest rates are multiplied by, up to 1.
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

  /// The momenta that the case study trains text with.
  package static let forText = OneCycle(highMomentum: 0.8, lowMomentum: 0.7)

  /// What holds during step `step` of `steps`, counted from 0; past the end what holds at the end.
  package func at(_ step: Int, of steps: Int) -> Point {
    let rising = Int(Double(steps) * risingShare)
    let falling = steps - rising
    // The highest rate is reached by one step at least, as in fastai.
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

  /// From one number to another along half a wave.
  private static func cosine(from start: Double, to end: Double, _ share: Double) -> Double {
    end + (start - end) / 2 * (1 + cos(Double.pi * share))
  }
}
