internal import Kernels

/// Adam with weight decay apart from the gradient, as fastai v1 trains: one rate and one count of steps for each
/// layer group; weights, biases and batch normalisation all decay.
///
/// Its moments are two tensors for each of the parameters', in visiting order: for 30 million parameters 240 MB.
/// A step passes over all memory once. The formulas: `AdamConstants`.
package struct Adam: Equatable, Sendable {
  /// What does not change from step to step; fastai v1's numbers by default.
  package struct Hyperparameters: Equatable, Sendable {
    /// What a value loses in a step, times the rate.
    package var weightDecay = 0.01
    /// β₂. (β₁, the momentum, follows a schedule.)
    package var squareMomentum = 0.99
    /// ε, which keeps the first steps of tiny gradients small.
    package var epsilon = 1e-8

    package init() {}
  }

  package let settings: Hyperparameters
  /// Running means of the gradients.
  package var means: TensorList
  /// Running means of the gradients' squares.
  package var squares: TensorList
  /// How many steps each layer group has taken.
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
  ///   - gradients: of the loss by each parameter; those of frozen groups are not looked at.
  ///   - rates: the learning rate of each layer group; nil: frozen, nothing of it changes, not even its moments.
  ///   - momentum: β₁.
  ///   - gradientScale: what gradients are multiplied by first; below 1 where they are clipped.
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

  /// Counts the step and gives each trained group its constants.
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
