import Datasets
import Testing

@testable import Training

/// A line through invented points, as a stage: small, but with everything that a large one has, such as randomness
/// that depends on the minibatch and a state that outlives it.
struct RegressionStage: Stage {
  struct Parameters: ParameterTree, Equatable {
    var slope = Tensor(rows: 1, columns: 3)
    var offset = Tensor(rows: 1, columns: 1)

    static let groups = LayerGroups([["slope"], ["offset"]])

    mutating func visit(_ body: (String, inout Tensor) throws -> Void) rethrows {
      try body("slope", &slope)
      try body("offset", &offset)
    }
  }

  /// What went wrong, for tests of what happens then.
  struct Failure: Error {}

  var parameters = Parameters()
  /// A running mean of the losses, which is added to the inputs: an error in it shows in everything after.
  var state = TensorList(names: ["running"], values: [Tensor(rows: 1, columns: 1)])
  let minibatches = 4
  /// The step that throws, if any.
  var failingStep: Int?
  /// The step whose loss is NaN, if any.
  var poisonedStep: Int?
  /// Losses that validations are to have, by their order; the last holds for all after.
  var validationLosses: [Double] = []
  private(set) var validations = 0
  private(set) var trainedSteps: [Int] = []

  mutating func train(_ minibatch: Minibatch, gradients: inout Parameters) throws -> MinibatchResult {
    if minibatch.step == failingStep { throw Failure() }
    trainedSteps.append(minibatch.step)
    var random = RandomStream(seed: 7).generator("points", step: minibatch.step)
    let running = state.values[0].values[0]
    let point = (0..<3).map { _ in Float.random(in: -1...1, using: &random) + running }
    let error = answer(point) - (point[0] - 2 * point[1] + 0.5)
    gradients.slope.values = point.map { 2 * error * $0 }
    gradients.offset.values = [2 * error]
    state.values[0].values = [0.9 * running + 0.01 * error * error]
    let loss = minibatch.step == poisonedStep ? Double.nan : Double(error * error)
    return MinibatchResult(loss: loss, tokens: 10)
  }

  mutating func validate() -> Validation {
    defer { validations += 1 }
    if let last = validationLosses.last {
      let loss = validations < validationLosses.count ? validationLosses[validations] : last
      return Validation(loss: loss, accuracy: 0.5)
    }
    let error = answer([1, 1, 1]) + 0.5
    return Validation(loss: Double(error * error), accuracy: 0.5)
  }

  private func answer(_ point: [Float]) -> Float {
    zip(point, parameters.slope.values).reduce(parameters.offset.values[0]) { $0 + $1.0 * $1.1 }
  }
}

extension StagePlan {
  /// Three epochs of the stage above.
  static var regression: StagePlan {
    var plan = StagePlan(
      name: "line", epochs: 3, groups: RegressionStage.Parameters.groups,
      rates: DiscriminativeRates(highest: 0.2, spread: 2))
    plan.clipping = GradientClipping(limit: 1)
    // Not together with the validations: lines that no checkpoint follows at once.
    plan.logInterval = 2
    plan.validationInterval = 3
    plan.divergenceTolerance = 10
    return plan
  }
}
