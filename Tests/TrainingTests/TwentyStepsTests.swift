import Datasets
import Kernels
import Testing

@testable import Training

/// Networks, clipping and Adam together: twenty steps from PyTorch's weights over PyTorch's minibatches,
/// without dropout. See `Tests/Golden/training-tiny.py`.
@Suite("Twenty steps beside PyTorch")
struct TwentyStepsTests {
  static let steps = 20

  @Test(
    "a language model's losses, norms and weights are PyTorch's, clipped and not",
    arguments: ["plain", "clipped"], [1, 2])
  func languageModel(kind: String, shards: Int) throws {
    let golden = try TrainingGolden("language-model-steps")
    let run = try Self.languageModel(golden, kind, .float32, shards: shards)
    #expect(try golden.difference(of: Tensor(vector: run.norms), from: "\(kind).norms") < 1e-4)
    try golden.expect(run.losses, near: "\(kind).losses", within: 1e-4)
    for (name, tensor) in run.parameters.tensors {
      try golden.expect(tensor, equals: "\(kind).\(name)", within: 1e-5)
    }
  }

  @Test(
    "a language model's losses with bfloat16 products stay near PyTorch's", arguments: ["plain", "clipped"])
  func bfloat16(kind: String) throws {
    let golden = try TrainingGolden("language-model-steps")
    let run = try Self.languageModel(golden, kind, .bfloat16, shards: 2)
    try golden.expect(run.losses, near: "\(kind).losses", within: 1e-2)
  }

  @Test("a classifier's losses, weights and running statistics are PyTorch's", arguments: [1, 2])
  func classifier(shards: Int) throws {
    let golden = try TrainingGolden("classifier-steps")
    var parameters = try ClassifierGoldenTests.parameters(golden)
    let network = try ClassifierGoldenTests.network(
      parameters, golden, shards: shards, weighted: true, smoothed: true)
    var trainer = try Trainer(parameters, golden, .classifier(layers: 3), clip: nil)
    var tweets = try ClassifierGoldenTests.tweets(golden)[...]
    let count = tweets.count / Self.steps
    for step in 0..<Self.steps {
      trainer.losses.append(
        network.train(Array(tweets.prefix(count)), parameters, step: step, gradients: &trainer.gradients))
      trainer.step(&parameters)
      tweets = tweets.dropFirst(count)
    }
    try golden.expect(trainer.losses, near: "losses", within: 1e-4)
    for (name, tensor) in parameters.tensors + network.statistics.tensors {
      try golden.expect(tensor, equals: "final.\(name)", within: 1e-4)
    }
  }

  /// What twenty minibatches of a stream give, with the state carried over.
  private static func languageModel(
    _ golden: TrainingGolden, _ kind: String, _ precision: ProductPrecision, shards: Int
  ) throws -> (losses: [Double], norms: [Double], parameters: LanguageModelParameters) {
    var parameters = try LanguageModelGoldenTests.parameters(golden)
    let network = LanguageModelGoldenTests.network(parameters, shards: shards) { $0.precision = precision }
    let ids = try golden.tensor("ids")
    let length = Int(try golden.number("bptt"))
    let streams = TokenStreams(try golden.integers("ids", as: Int32.self), rows: ids.rows, length: length)
    try #require(streams.minibatches == steps)
    let clip = kind == "clipped" ? Double(try golden.number("clip")) : nil
    var trainer = try Trainer(parameters, golden, .languageModel(layers: 3), clip: clip)
    for step in 0..<steps {
      trainer.losses.append(
        network.train(streams[step], parameters, step: step, gradients: &trainer.gradients))
      trainer.step(&parameters)
    }
    return (trainer.losses, trainer.norms, parameters)
  }
}

/// Clipping and Adam with a golden's settings: one rate for all layers, and a constant β₁.
private struct Trainer<Parameters: ParameterTree> {
  var gradients: Parameters
  var losses: [Double] = []
  var norms: [Double] = []
  private var adam: Adam
  private let clipping: GradientClipping
  private let rates: [Double?]
  private let momentum: Double

  init(
    _ parameters: Parameters, _ golden: TrainingGolden, _ groups: LayerGroups, clip: Double?
  ) throws {
    var settings = Adam.Hyperparameters()
    settings.weightDecay = Double(try golden.number("weight_decay"))
    settings.squareMomentum = Double(try golden.number("beta2"))
    settings.epsilon = Double(try golden.number("epsilon"))
    gradients = parameters.zeros
    adam = Adam(for: parameters, groups: groups, settings: settings)
    clipping = GradientClipping(limit: clip)
    rates = Array(repeating: Double(try golden.number("learning_rate")), count: groups.count)
    momentum = Double(try golden.number("beta1"))
  }

  mutating func step(_ parameters: inout Parameters) {
    let measure = clipping.measure(gradients)
    norms.append(measure.norm)
    adam.step(
      &parameters, gradients: gradients, rates: rates, momentum: momentum, gradientScale: measure.scale)
  }
}

extension TrainingGolden {
  /// Expects numbers, one a step, but for `tolerance` as it stands.
  fileprivate func expect(_ found: [Double], near name: String, within tolerance: Double) throws {
    let expected = try tensor(name).values
    try #require(found.count == expected.count)
    for (step, (found, expected)) in zip(found, expected).enumerated() {
      #expect(
        abs(found - Double(expected)) <= tolerance,
        "\(self.name): \(name), step \(step): \(found), not \(expected)")
    }
  }
}
