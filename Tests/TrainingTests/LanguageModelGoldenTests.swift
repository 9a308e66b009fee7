import Datasets
import Kernels
import Testing

@testable import Training

/// The language model beside PyTorch, tensor by tensor: see `Tests/Golden/training-tiny.py`.
@Suite("Language model beside PyTorch")
struct LanguageModelGoldenTests {
  static let shape = EncoderShape(vocabularySize: 37, embeddingSize: 6, hiddenSize: 10)

  static func parameters(_ golden: TrainingGolden) throws -> LanguageModelParameters {
    var generator = SplitMix64(state: 1)
    var parameters = LanguageModelParameters(shape, using: &generator)
    try golden.load(&parameters)
    return parameters
  }

  /// A golden's minibatch, turned from rows of steps into steps of rows.
  static func minibatch(_ golden: TrainingGolden) throws -> LanguageModelMinibatch {
    let ids = try golden.tensor("ids")
    func turned(_ name: String) throws -> [Int32] {
      let tensor = try golden.tensor(name)
      return (0..<tensor.columns).flatMap { step in
        (0..<tensor.rows).map { Int32(tensor[row: $0, column: step]) }
      }
    }
    return LanguageModelMinibatch(
      rows: ids.rows, length: ids.columns, ids: try turned("ids"), targets: try turned("targets"))
  }

  static func state(_ golden: TrainingGolden, _ time: String) throws -> LSTMState {
    var state = LSTMState(shape, rows: 3)
    for layer in 0..<3 {
      state.outputs[layer] = try golden.tensor("rnns.\(layer).\(time).hidden")
      state.cells[layer] = try golden.tensor("rnns.\(layer).\(time).cell")
    }
    return state
  }

  static func network(
    _ parameters: LanguageModelParameters, shards: Int,
    _ change: (inout LanguageModelOptions) -> Void = { _ in }
  ) -> LanguageModelNetwork {
    var options = LanguageModelOptions()
    options.precision = .float32
    options.shards = shards
    change(&options)
    return LanguageModelNetwork(parameters, rows: 3, options)
  }

  @Test("loss, gradients and final states are PyTorch's, in one shard and in two", arguments: [1, 2])
  func plain(shards: Int) throws {
    let golden = try TrainingGolden("language-model")
    let parameters = try Self.parameters(golden)
    let network = Self.network(parameters, shards: shards)
    network.state = try Self.state(golden, "initial")
    var gradients = parameters.zeros
    let loss = network.train(try Self.minibatch(golden), parameters, step: 0, gradients: &gradients)
    try golden.expect(Float(loss), equals: "loss")
    try golden.expect(gradients: gradients)
    let state = network.state
    for layer in 0..<3 {
      try golden.expect(state.outputs[layer], equals: "rnns.\(layer).final.hidden")
      try golden.expect(state.cells[layer], equals: "rnns.\(layer).final.cell")
    }
  }

  @Test("AR and TAR add to the gradients what fastai's trainer adds", arguments: [1, 2])
  func regularised(shards: Int) throws {
    let golden = try TrainingGolden("language-model")
    let parameters = try Self.parameters(golden)
    let (alpha, beta) = (try golden.number("alpha"), try golden.number("beta"))
    let network = Self.network(parameters, shards: shards) {
      $0.regularisation = Regularisation(activation: alpha, temporal: beta)
    }
    network.state = try Self.state(golden, "initial")
    var gradients = parameters.zeros
    _ = network.train(try Self.minibatch(golden), parameters, step: 0, gradients: &gradients)
    try golden.expect(gradients: gradients, prefix: "regularised.")
  }

  @Test("bfloat16 products stay near PyTorch's loss in single precision")
  func bfloat16() throws {
    let golden = try TrainingGolden("language-model")
    let parameters = try Self.parameters(golden)
    let network = Self.network(parameters, shards: 2) { $0.precision = .bfloat16 }
    network.state = try Self.state(golden, "initial")
    var gradients = parameters.zeros
    let loss = network.train(try Self.minibatch(golden), parameters, step: 0, gradients: &gradients)
    try golden.expect(Float(loss), equals: "loss", within: 1e-2)
    try golden.expect(gradients: gradients, within: 0.03)
  }

  @Test("the exact loss of validation is that of training")
  func validation() throws {
    let golden = try TrainingGolden("language-model")
    let parameters = try Self.parameters(golden)
    let network = Self.network(parameters, shards: 2)
    let batch = try Self.minibatch(golden)
    var gradients = parameters.zeros
    let trained = network.train(batch, parameters, step: 0, gradients: &gradients)
    network.reset()
    let evaluated = network.evaluate([batch], parameters)
    #expect(abs(trained - evaluated.loss) < 1e-6)
  }
}
