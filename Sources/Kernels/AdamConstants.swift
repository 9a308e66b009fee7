internal import CKernels
internal import Glibc

/// What a step of Adam does to every number of a tensor, with weight decay apart from the gradient.
///
/// With g the scaled gradient, at the n-th step:
///
///     mean   ← mean + (1 - β₁) (g - mean)
///     square ← β₂ square + (1 - β₂) g²
///     value  ← (1 - rate · decay) value - rate · m̂ / (√ŝ + ε),  m̂ = mean / (1 - β₁ⁿ), ŝ = square / (1 - β₂ⁿ)
///
/// Source: Loshchilov & Hutter 2019, Decoupled Weight Decay Regularization, algorithm 2, as in PyTorch's `AdamW`.
package struct AdamConstants: Equatable, Sendable {
  /// The learning rate.
  package var rate: Double
  /// β₁.
  package var momentum: Double
  /// β₂.
  package var squareMomentum: Double
  /// How much of a value decays, times the rate.
  package var weightDecay: Double
  /// ε.
  package var epsilon: Double
  /// n: how many steps these values have taken, with this one.
  package var count: Int
  /// What gradients are multiplied by first; below 1 where they are clipped.
  package var gradientScale: Double

  package init(
    rate: Double, momentum: Double, squareMomentum: Double, weightDecay: Double, epsilon: Double, count: Int,
    gradientScale: Double = 1
  ) {
    precondition(count >= 1 && momentum < 1 && squareMomentum < 1)
    (self.rate, self.momentum, self.squareMomentum) = (rate, momentum, squareMomentum)
    (self.weightDecay, self.epsilon) = (weightDecay, epsilon)
    (self.count, self.gradientScale) = (count, gradientScale)
  }

  /// The same in C, rounded once.
  var inC: animo_adam {
    animo_adam(
      gradient_scale: Float(gradientScale), mean_share: Float(1 - momentum),
      square_kept: Float(squareMomentum), square_share: Float(1 - squareMomentum),
      value_kept: Float(1 - rate * weightDecay), step: Float(rate / (1 - pow(momentum, Double(count)))),
      root_scale: Float(1 / (1 - pow(squareMomentum, Double(count))).squareRoot()), epsilon: Float(epsilon))
  }
}
