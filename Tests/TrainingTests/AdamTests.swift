import Testing

@testable import Training

/// Two tensors in two layer groups.
struct PairParameters: ParameterTree, Equatable {
  var first: Tensor
  var second: Tensor

  static let groups = LayerGroups([["first"], ["second"]])

  init(_ first: [Float], _ second: [Float]) {
    self.first = Tensor(rows: 1, columns: first.count, values: first)
    self.second = Tensor(rows: second.count, columns: 1, values: second)
  }

  mutating func visit(_ body: (String, inout Tensor) throws -> Void) rethrows {
    try body("first", &first)
    try body("second", &second)
  }
}

@Suite("Adam")
struct AdamTests {
  /// What torch.optim.AdamW's formulas give in double precision, with β₂ 0.99 and decay 0.01.
  @Test("Three steps of changing rate and momentum give AdamW's values and moments")
  func asPyTorch() {
    var parameters = PairParameters([1, -2], [0.5])
    var adam = Adam(for: parameters, groups: PairParameters.groups)
    let gradients = [
      PairParameters([0.5, -0.25], [0]), PairParameters([0.1, 0.3], [-0.2]),
      PairParameters([-0.4, 0.05], [0.6]),
    ]
    for (gradient, (rate, momentum)) in zip(gradients, [(0.01, 0.8), (0.02, 0.75), (0.005, 0.7)]) {
      adam.step(&parameters, gradients: gradient, rates: [rate, rate], momentum: momentum)
    }
    expect(parameters.first.values + parameters.second.values, [0.97796287, -1.99689141, 0.51293773])
    expect(adam.means.values.flatMap(\.values), [-0.05, 0.04125, 0.145])
    expect(adam.squares.values.flatMap(\.values), [0.00414925, 0.0015285625, 0.003996])
    #expect(adam.counts == [3, 3])
  }

  @Test("A frozen group keeps values, moments and count, whatever its gradients are")
  func freezing() {
    var parameters = PairParameters([1, -2], [0.5])
    var adam = Adam(for: parameters, groups: PairParameters.groups)
    let gradients = PairParameters([.nan, .infinity], [0.1])
    adam.step(&parameters, gradients: gradients, rates: [nil, 0.1], momentum: 0.9)
    #expect(parameters.first.values == [1, -2])
    #expect(parameters.second.values[0] < 0.5)
    #expect(adam.means.values[0].values == [0, 0])
    #expect(adam.counts == [0, 1])
  }

  @Test("A group that is unfrozen later takes the first step of a fresh optimiser")
  func unfreezing() {
    let start = PairParameters([1, -2], [0.5])
    let gradients = PairParameters([0.5, -0.25], [0.1])
    var (late, fresh) = (start, start)
    var adam = Adam(for: start, groups: PairParameters.groups)
    adam.step(&late, gradients: gradients, rates: [nil, 0.1], momentum: 0.9)
    adam.step(&late, gradients: gradients, rates: [0.1, nil], momentum: 0.9)
    var other = Adam(for: start, groups: PairParameters.groups)
    other.step(&fresh, gradients: gradients, rates: [0.1, 0.1], momentum: 0.9)
    #expect(late == fresh)
  }

  @Test("Scaled gradients are what the moments remember")
  func scaling() {
    var parameters = PairParameters([1, -2], [0.5])
    var adam = Adam(for: parameters, groups: PairParameters.groups)
    adam.step(
      &parameters, gradients: PairParameters([0.5, -0.25], [0]), rates: [0.01, 0.01], momentum: 0.8,
      gradientScale: 0.5)
    expect(adam.means.values[0].values, [0.05, -0.025])
    expect(adam.squares.values[0].values, [0.000625, 0.00015625])
  }

  private func expect(_ values: [Float], _ expected: [Float]) {
    #expect(values.count == expected.count)
    for (value, expected) in zip(values, expected) { #expect(abs(value - expected) < 2e-7) }
  }
}

@Suite("Sum of gradients")
struct GradientSumTests {
  @Test("Trees are added tensor by tensor, scaled")
  func sum() {
    var sum = PairParameters([1, 2], [3])
    sum.add(PairParameters([10, 20], [30]))
    sum.add(PairParameters([2, 4], [6]), scaledBy: 0.5)
    #expect(sum == PairParameters([12, 24], [36]))
  }
}

@Suite("Gradient clipping")
struct GradientClippingTests {
  let gradients = PairParameters([3, 0], [4])

  @Test("Gradients longer than the limit are scaled to it")
  func long() {
    let measure = GradientClipping(limit: 0.25).measure(gradients)
    #expect(measure.norm == 5)
    #expect(abs(measure.scale - 0.05) < 1e-7)
  }

  @Test("Gradients within the limit, or without one, are left alone")
  func short() {
    #expect(GradientClipping(limit: 6).measure(gradients).scale == 1)
    #expect(GradientClipping().measure(gradients).scale == 1)
  }

  @Test("Frozen layers' gradients do not count")
  func frozen() {
    #expect(GradientClipping().measure(gradients) { $0 == "second" }.norm == 4)
    let damaged = PairParameters([.nan, 0], [4])
    #expect(GradientClipping().measure(damaged) { $0 == "second" }.norm == 4)
    #expect(GradientClipping().measure(damaged).norm.isNaN)
  }
}
