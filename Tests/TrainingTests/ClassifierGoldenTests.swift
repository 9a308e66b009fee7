import Datasets
import Kernels
import Testing

@testable import Training

/// The classifier beside PyTorch, tensor by tensor: see `Tests/Golden/training-tiny.py`.
@Suite("Classifier beside PyTorch")
struct ClassifierGoldenTests {
  static let headSizes = [18, 8, 2]

  static func parameters(
    _ golden: TrainingGolden, headSizes: [Int] = ClassifierGoldenTests.headSizes
  ) throws -> ClassifierParameters {
    var generator = SplitMix64(state: 1)
    var parameters = ClassifierParameters(
      encoder: EncoderParameters(LanguageModelGoldenTests.shape, using: &generator), headSizes: headSizes,
      random: RandomStream(seed: 1))
    try golden.load(&parameters)
    return parameters
  }

  static func tweets(_ golden: TrainingGolden) throws -> [TokenisedExample] {
    let lengths = try golden.integers("lengths")
    let labels = try golden.integers("labels")
    let ids = try golden.integers("ids", as: Int32.self)
    var start = 0
    return zip(lengths, labels).map { length, label in
      defer { start += length }
      return TokenisedExample(ids: Array(ids[start..<start + length]), target: .label(label))
    }
  }

  static func network(
    _ parameters: ClassifierParameters, _ golden: TrainingGolden, shards: Int, weighted: Bool, smoothed: Bool
  ) throws -> ClassifierNetwork {
    var options = ClassifierOptions(classes: 2)
    options.precision = .float32
    options.shards = shards
    options.loss = CrossEntropy(
      classWeights: weighted ? try golden.tensor("class_weights").values : [1, 1],
      smoothing: smoothed ? try golden.number("smoothing") : 0)
    let network = ClassifierNetwork(parameters, headSizes: headSizes, options)
    try golden.load(&network.statistics)
    return network
  }

  @Test(
    "loss, gradients and running statistics are PyTorch's, however tweets are divided",
    arguments: [1, 2, 3], [("weighted", true, false), ("smoothed", false, true), ("both", true, true)])
  func losses(shards: Int, kind: (name: String, weighted: Bool, smoothed: Bool)) throws {
    let golden = try TrainingGolden("classifier")
    let parameters = try Self.parameters(golden)
    let network = try Self.network(
      parameters, golden, shards: shards, weighted: kind.weighted, smoothed: kind.smoothed)
    var gradients = parameters.zeros
    let loss = network.train(try Self.tweets(golden), parameters, step: 0, gradients: &gradients)
    try golden.expect(Float(loss), equals: "\(kind.name).loss")
    try golden.expect(gradients: gradients, prefix: "\(kind.name).", within: 2e-5)
    for (name, tensor) in network.statistics.tensors { try golden.expect(tensor, equals: "\(name).after") }
  }

  @Test("a minibatch of fewer tweets than shards, as the last of an epoch may be, trains as with one shard")
  func fewerTweetsThanShards() throws {
    let golden = try TrainingGolden("classifier")
    let parameters = try Self.parameters(golden)
    let tweets = Array(try Self.tweets(golden).prefix(1))
    let trained = [1, 3].map { shards in
      var options = ClassifierOptions(classes: 2)
      (options.precision, options.shards) = (.float32, shards)
      options.regularisation = Regularisation(activation: 2, temporal: 1)
      let network = ClassifierNetwork(parameters, headSizes: Self.headSizes, options)
      var gradients = parameters.zeros
      return (network.train(tweets, parameters, step: 0, gradients: &gradients), gradients)
    }
    #expect(trained[0].0 == trained[1].0)
    for (one, other) in zip(trained[0].1.encoder.layers, trained[1].1.encoder.layers) {
      #expect(one.stateWeights == other.stateWeights)
    }
  }

  @Test("a tweet's logits in evaluation do not depend on the others")
  func evaluation() throws {
    let golden = try TrainingGolden("classifier")
    let parameters = try Self.parameters(golden)
    let network = try Self.network(parameters, golden, shards: 2, weighted: false, smoothed: false)
    let tweets = try Self.tweets(golden)
    let together = network.logits(of: tweets, parameters)
    for (row, tweet) in tweets.enumerated() {
      #expect(network.logits(of: [tweet], parameters) == together.rows(row..<row + 1))
    }
  }

  @Test("what is below the lowest part that learns gets no gradient", arguments: [1, 2, 3, 4])
  func frozen(lowest: Int) throws {
    let golden = try TrainingGolden("classifier")
    let parameters = try Self.parameters(golden)
    let network = try Self.network(parameters, golden, shards: 2, weighted: true, smoothed: true)
    var gradients = parameters.zeros
    _ = network.train(try Self.tweets(golden), parameters, step: 0, lowest: lowest, gradients: &gradients)
    for (index, layer) in gradients.encoder.layers.enumerated() {
      if index + 1 >= lowest {
        try golden.expect(layer.stateWeights, equals: "both.rnns.\(index).weight_hh_l0.grad", within: 2e-5)
      } else {
        #expect(layer.stateWeights == layer.stateWeights.zeros)
      }
    }
    #expect(gradients.encoder.embedding == gradients.encoder.embedding.zeros)
    try golden.expect(gradients.head.blocks[0].linear.weight, equals: "both.head.2.weight.grad", within: 2e-5)
  }
}
