internal import Kernels

/// Keeps a minibatch from throwing the network far: gradients longer than a limit are shortened to it, all
/// together, so that their direction stays.
///
/// Source: Pascanu, Mikolov, Bengio 2013; the arithmetic is that of PyTorch's `clip_grad_norm_`.
package struct GradientClipping: Equatable, Sendable {
  /// The longest that gradients may be; nil: they are measured only.
  package var limit: Double?

  /// How long gradients are and what to do about it.
  package struct Measure: Equatable, Sendable {
    /// The root of the sum of the squares of all numbers; infinite or NaN if one of them is.
    package let norm: Double
    /// What all of them are to be multiplied by.
    package let scale: Double
  }

  package init(limit: Double? = nil) {
    self.limit = limit
  }

  /// Measures those gradients whose names are trained.
  package func measure(
    _ gradients: some ParameterTree, where isTrained: (_ name: String) -> Bool = { _ in true }
  ) -> Measure {
    let sum = gradients.tensors.reduce(0.0) { sum, gradient in
      isTrained(gradient.name)
        ? sum + OptimiserKernel.best.sumOfSquares(gradient.tensor.values.span) : sum
    }
    let norm = sum.squareRoot()
    return Measure(norm: norm, scale: limit.map { min(1, $0 / (norm + 1e-6)) } ?? 1)
  }
}
