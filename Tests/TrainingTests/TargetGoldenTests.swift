import Datasets
import Kernels
import Testing
import TweetText

@testable import Training

/// Targets of all kinds and three classes beside PyTorch: see `Tests/Golden/training-tiny.py`.
@Suite("Targets beside PyTorch")
struct TargetGoldenTests {
  /// The targets of a golden: `others` is −1, or the class that the right one is told from.
  private static func targets(_ golden: TrainingGolden) throws -> [Target] {
    let probabilities = try golden.tensor("targets")
    return try golden.integers("others").enumerated().map { row, other in
      let target = Target.distribution((0..<3).map { probabilities[row: row, column: $0] })
      if other >= 0 { return .odds(label: target.likeliest, over: other) }
      return probabilities.rows(row..<row + 1).values.contains(1) ? .label(target.likeliest) : target
    }
  }

  @Test("a classifier's loss and gradients are PyTorch's", arguments: [1, 2, 3])
  func classifier(shards: Int) throws {
    let golden = try TrainingGolden("classifier-targets")
    let headSizes = [18, 8, 3]
    let parameters = try ClassifierGoldenTests.parameters(golden, headSizes: headSizes)
    var options = ClassifierOptions(classes: 3)
    (options.precision, options.shards) = (.float32, shards)
    options.loss = CrossEntropy(
      classWeights: try golden.tensor("class_weights").values, smoothing: try golden.number("smoothing"))
    let network = ClassifierNetwork(parameters, headSizes: headSizes, options)
    try golden.load(&network.statistics)
    var gradients = parameters.zeros
    let loss = network.train(try Self.tweets(golden), parameters, step: 0, gradients: &gradients)
    try golden.expect(Float(loss), equals: "loss")
    try golden.expect(gradients: gradients, within: 2e-5)
  }

  private static func tweets(_ golden: TrainingGolden) throws -> [TokenisedExample] {
    let ids = try golden.integers("ids", as: Int32.self)
    let weights = try golden.tensor("example_weights").values
    var start = 0
    return try zip(golden.integers("lengths"), zip(targets(golden), weights)).map { length, example in
      defer { start += length }
      return TokenisedExample(
        ids: Array(ids[start..<start + length]), target: example.0, weight: example.1)
    }
  }

  @Test("a wide term's loss and gradient are PyTorch's")
  func wide() throws {
    let golden = try TrainingGolden("wide")
    let objective = WideObjective(
      try Self.examples(golden), classWeights: try golden.tensor("class_weights").values,
      regularisation: Double(try golden.number("regularisation")))
    let point = try ["parameters", "intercepts"].flatMap { try golden.tensor($0).values.map(Double.init) }
    var gradient = objective.start
    let loss = objective.evaluate(point, gradient: &gradient)
    try golden.expect(Float(loss), equals: "loss", within: 1e-6)
    let found = Tensor(rows: 16, columns: 3, values: gradient.prefix(48).map(Float.init))
    try golden.expect(found, equals: "parameters.grad", within: 1e-6)
    try golden.expect(
      Tensor(vector: Array(gradient.dropFirst(48))), equals: "intercepts.grad", within: 1e-6)
  }

  private static func examples(_ golden: TrainingGolden) throws -> WideExamples {
    var examples = WideExamples(HashedNGrams(buckets: 16, words: 1...1, characters: 2...2), labels: 3)
    var features = try golden.integers("features", as: UInt32.self)[...]
    func take(_ count: Int) -> [UInt32] {
      defer { features = features.dropFirst(count) }
      return Array(features.prefix(count))
    }
    let counts = zip(try golden.integers("word_counts"), try golden.integers("character_counts"))
    let weights = try golden.tensor("example_weights").values
    for (count, (target, weight)) in zip(counts, zip(try targets(golden), weights)) {
      examples.append(
        words: take(count.0), characters: take(count.1), target: target, weight: weight)
    }
    return examples
  }
}
