import Datasets
import Testing

@testable import Training

/// Expected numbers are those of PyTorch's `nn.CrossEntropyLoss`, printed by `Golden/classifier-head.py`.
@Suite("Cross-entropy")
struct CrossEntropyTests {
  private static let logits = Tensor(
    rows: 3, columns: 3, values: [1, -0.5, 0.25, 0, 2, -1, -1.5, 0.5, 0.75])
  private static let right = [0, 2, 1].map(Target.label)
  private static let soft = [[0.7, 0.2, 0.1], [0, 0.5, 0.5], [0.25, 0.25, 0.5]].map(Target.distribution)
  private static let mixed = [Target.odds(label: 2, over: 0), .label(1), .distribution([0.25, 0.25, 0.5])]
  private static let weights: [Float] = [1, 2, 0.5]

  /// What a loss was computed with and what PyTorch says.
  struct Case: Sendable {
    let entropy: CrossEntropy
    let targets: [Target]
    let mean: Double
    let gradient: [Float]
  }

  static let cases = [
    Case(
      entropy: CrossEntropy(classWeights: [1, 1, 1]), targets: right, mean: 1.52710855,
      gradient: [
        -0.13673413, 0.043867216, 0.09286689, 0.03806507, 0.2812649, -0.31932998, 0.018646147, -0.1955559,
        0.17690975,
      ]),
    Case(
      entropy: CrossEntropy(classWeights: weights), targets: right, mean: 1.10854447,
      gradient: [
        -0.11720069, 0.037600473, 0.07960019, 0.016313601, 0.12054211, -0.13685571, 0.031964824,
        -0.33523867, 0.30327386,
      ]),
    Case(
      entropy: CrossEntropy(classWeights: [1, 1, 1], smoothing: 0.1), targets: right, mean: 1.52710843,
      gradient: [
        -0.1145119, 0.0327561, 0.08175577, 0.026953952, 0.27015376, -0.29710773, 0.007535035, -0.17333366,
        0.16579862,
      ]),
    Case(
      entropy: CrossEntropy(classWeights: weights, smoothing: 0.1), targets: right, mean: 1.13373423,
      gradient: [
        -0.0953445, 0.019179523, 0.076164946, 0.008964935, 0.11756675, -0.12653169, 0.021109145,
        -0.30698463, 0.28587553,
      ]),
    Case(
      entropy: CrossEntropy(classWeights: [1, 1, 1], smoothing: 0.2), targets: soft, mean: 1.3271085,
      gradient: [
        -0.012289677, -0.03168835, 0.043978, 0.015842842, 0.12570936, -0.14155221, -0.07024275, 0.048888564,
        0.021354204,
      ]),
  ]

  @Test("loss and gradient are PyTorch's", arguments: cases)
  func golden(expected: Case) {
    let loss = expected.entropy.loss(Self.logits, targets: expected.targets)
    #expect(abs(loss.mean - expected.mean) < 1e-6)
    #expect(loss.gradient.isClose(to: expected.gradient, tolerance: 1e-7))
  }

  @Test("the gradient is that of difference quotients", arguments: [right, soft, mixed])
  func gradient(targets: [Target]) {
    let entropy = CrossEntropy(classWeights: Self.weights, smoothing: 0.15)
    let examples: [Float] = [1, 3, 0.25]
    let loss = entropy.loss(Self.logits, targets: targets, exampleWeights: examples)
    let mismatches = GradientCheck().mismatches(of: loss.gradient, at: Self.logits) {
      entropy.loss($0, targets: targets, exampleWeights: examples).mean
    }
    #expect(mismatches == [])
  }

  @Test("an example of weight 2 counts as two of weight 1")
  func exampleWeights() {
    let entropy = CrossEntropy(classWeights: Self.weights, smoothing: 0.1)
    let weighted = entropy.loss(
      Tensor(rows: 2, columns: 3, values: [1, 2, 3, 0, -1, 2]), targets: [0, 1].map(Target.label),
      exampleWeights: [1, 2])
    let repeated = entropy.loss(
      Tensor(rows: 3, columns: 3, values: [1, 2, 3, 0, -1, 2, 0, -1, 2]),
      targets: [0, 1, 1].map(Target.label))
    #expect(abs(weighted.mean - repeated.mean) < 1e-12)
    #expect(weighted.weight == repeated.weight)
  }

  @Test("the losses of two halves, weighed, are that of the whole")
  func halves() {
    let entropy = CrossEntropy(classWeights: Self.weights)
    let whole = entropy.loss(Self.logits, targets: Self.right)
    let first = entropy.loss(
      Tensor(rows: 1, columns: 3, values: [1, -0.5, 0.25]), targets: [0].map(Target.label))
    let second = entropy.loss(
      Tensor(rows: 2, columns: 3, values: [0, 2, -1, -1.5, 0.5, 0.75]),
      targets: [2, 1].map(Target.label))
    let mean = (first.mean * first.weight + second.mean * second.weight) / (first.weight + second.weight)
    #expect(abs(mean - whole.mean) < 1e-12)
  }

  @Test("large logits give a finite loss and gradient")
  func largeLogits() {
    let entropy = CrossEntropy(classWeights: [1, 1])
    let logits = Tensor(rows: 2, columns: 2, values: [1000, -1000, 1000, -1000])
    let loss = entropy.loss(logits, targets: [0, 1].map(Target.label))
    #expect(loss.mean == 1000)
    #expect(loss.gradient.values == [0, 0, 0.5, -0.5])
  }

  @Test("a minibatch without weight has no loss and no gradient")
  func noWeight() {
    let entropy = CrossEntropy(classWeights: [0, 1])
    let loss = entropy.loss(
      Tensor(rows: 1, columns: 2, values: [1, 2]), targets: [0].map(Target.label))
    #expect(loss.mean == 0 && loss.weight == 0 && loss.gradient.values == [0, 0])
  }

  @Test("The weights that balance classes count every example, however many there are")
  func manyExamples() {
    // In single precision 2^24 + 1 is 2^24.
    let many: [(Target, Float)] = [(.label(0), 16_777_216), (.label(1), 16_777_216)]
    let more = [(Target, Float)](repeating: (.label(0), 1), count: 65_536)
    let weights = ClassifierOptions.balance(many + more, classes: 2)
    #expect(weights == [Float(513.0 / 514.0), Float(513.0 / 512.0)])
  }
}
