import Training

/// A network of random weights in training, minibatch after minibatch as a stage has it: gradients, their
/// length, and a step of Adam for all layers.
final class Trainee<Parameters: ParameterTree> {
  private var parameters: Parameters
  private var gradients: Parameters
  private var optimiser: Adam
  private let rates: [Double?]
  private let train: (_ parameters: Parameters, _ step: Int, _ gradients: inout Parameters) -> Void
  private var step = 0

  /// - Parameter train: computes the gradients of one minibatch.
  init(
    _ parameters: Parameters, groups: LayerGroups,
    train: @escaping (_ parameters: Parameters, _ step: Int, _ gradients: inout Parameters) -> Void
  ) {
    self.parameters = parameters
    self.train = train
    gradients = parameters.zeros
    optimiser = Adam(for: parameters, groups: groups)
    rates = DiscriminativeRates(highest: 1e-3).rates(groups: groups.count)
  }

  func trainMinibatch() {
    train(parameters, step, &gradients)
    let measure = GradientClipping().measure(gradients)
    optimiser.step(
      &parameters, gradients: gradients, rates: rates, momentum: 0.8, gradientScale: measure.scale)
    step += 1
  }
}
