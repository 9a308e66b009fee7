internal import Kernels

/// Adam with decoupled weight decay, as in fastai v1: one rate and one step count per layer group; weights, biases
/// and batch normalisation all decay.
///
/// The moments are two tensors for each parameter tensor, in visiting order: 240 MB for 30 million parameters. A step
/// passes over all memory once. See `AdamConstants` for the formulas.
package struct Adam: Equatable, Sendable {
  /// Constants of all steps; the defaults are fastai v1's.
  package struct Hyperparameters: Equatable, Sendable {
    /// The weight decay of a step, relative to the learning rate.
    package var weightDecay = 0.01
    /// β₂. (β₁, the momentum, follows a schedule.)
    package var squareMomentum = 0.99
    /// ε, which bounds the steps of tiny gradients.
    package var epsilon = 1e-8

    package init() {}
  }

  package let settings: Hyperparameters
  /// Running means of the gradients.
  package var means: TensorList
  /// Running means of the gradients' squares.
  package var squares: TensorList
  /// The number of steps of each layer group.
  package var counts: [Int]

  /// The layer group of each tensor, in visiting order.
  private let groups: [Int]

  /// An optimiser that has taken no step.
  package init(
    for parameters: some ParameterTree, groups: LayerGroups, settings: Hyperparameters = Hyperparameters()
  ) {
    self.settings = settings
    means = TensorList(zerosLike: parameters)
    squares = means
    counts = [Int](repeating: 0, count: groups.count)
    self.groups = means.names.map(groups.group(of:))
  }

  /// Takes one step.
  ///
  /// - Parameters:
  ///   - gradients: of the loss with respect to each parameter; those of frozen groups are ignored.
  ///   - rates: the learning rate of each layer group; nil for a frozen group, of which not even the moments change.
  ///   - momentum: β₁.
  ///   - gradientScale: a factor for the gradients; below 1 if they are clipped.
  package mutating func step<Parameters: ParameterTree>(
    _ parameters: inout Parameters, gradients: Parameters, rates: [Double?], momentum: Double,
    gradientScale: Double = 1
  ) {
    precondition(rates.count == counts.count)
    let constants = nextConstants(rates, momentum, gradientScale)
    let gradients = gradients.tensors
    var index = 0
    parameters.visit { _, tensor in
      if let constants = constants[groups[index]] {
        update(&tensor, index, by: gradients[index].tensor, constants)
      }
      index += 1
    }
  }

  /// Counts the step and returns the constants of each trained group.
  private mutating func nextConstants(
    _ rates: [Double?], _ momentum: Double, _ gradientScale: Double
  ) -> [AdamConstants?] {
    rates.indices.map { group in
      guard let rate = rates[group] else { return nil }
      counts[group] += 1
      return AdamConstants(
        rate: rate, momentum: momentum, squareMomentum: settings.squareMomentum,
        weightDecay: settings.weightDecay, epsilon: settings.epsilon, count: counts[group],
        gradientScale: gradientScale)
    }
  }

  private mutating func update(
    _ tensor: inout Tensor, _ index: Int, by gradient: Tensor, _ constants: AdamConstants
  ) {
    var values = tensor.values.mutableSpan
    var mean = means.values[index].values.mutableSpan
    var square = squares.values[index].values.mutableSpan
    OptimiserKernel.best.step(
      constants, gradients: gradient.values.span, values: &values, means: &mean, squares: &square)
  }
}

/// Gradient clipping by the global norm: gradients longer than a limit are scaled down to it, keeping their
/// direction.
///
/// Source: Pascanu, Mikolov, Bengio 2013; the arithmetic is that of PyTorch's `clip_grad_norm_`.
package struct GradientClipping: Equatable, Sendable {
  /// The maximum norm; nil to measure only.
  package var limit: Double?

  /// The norm of gradients, and the resulting factor.
  package struct Measure: Equatable, Sendable {
    /// The square root of the sum of squares; infinite or NaN if any number is.
    package let norm: Double
    /// The factor for all gradients.
    package let scale: Double
  }

  package init(limit: Double? = nil) {
    self.limit = limit
  }

  /// Measures the gradients of trained tensors.
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
