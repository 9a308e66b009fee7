import Testing

@testable import Training

/// Expected numbers are those of PyTorch's `nn.BatchNorm1d(2)`, printed by `Golden/classifier-head.py`.
@Suite("Batch normalisation")
struct BatchNormTests {
  private let input = Tensor(rows: 4, columns: 2, values: [1, 2, 3, -1, 0.5, 0.25, -2, 4])
  private let parameters = BatchNormParameters(
    weight: Tensor(rows: 1, columns: 2, values: [2, -0.5]),
    bias: Tensor(rows: 1, columns: 2, values: [0.25, 1]))

  @Test("a minibatch is normalised by its own mean and biased variance")
  func training() {
    var statistics = BatchNormStatistics(inputs: 2)
    let (output, _) = BatchNorm().forward(input, parameters, &statistics)
    #expect(
      output.isClose(to: [
        0.6711168, 0.8173758, 2.917073, 1.6142815, 0.10962772, 1.2822375, -2.6978176, 0.28610528,
      ]))
  }

  @Test("running statistics move a tenth of the way, to the unbiased variance")
  func runningStatistics() {
    var statistics = BatchNormStatistics(inputs: 2)
    _ = BatchNorm().forward(input, parameters, &statistics)
    #expect(statistics.mean.isClose(to: [0.0625, 0.13125]))
    #expect(statistics.variance.isClose(to: [1.3229166, 1.3723959]))
  }

  @Test("at evaluation running statistics stand in for the minibatch's")
  func evaluation() {
    var statistics = BatchNormStatistics(inputs: 2)
    _ = BatchNorm().forward(input, parameters, &statistics)
    let output = BatchNorm().answer(input, parameters, statistics)
    #expect(
      output.isClose(to: [
        1.8801719, 0.20240963, 5.357872, 1.4828224, 1.0107468, 0.94931704, -3.3363781, -0.65119886,
      ]))
  }

  @Test("gradients are PyTorch's")
  func goldenGradients() {
    var statistics = BatchNormStatistics(inputs: 2)
    let (_, tape) = BatchNorm().forward(input, parameters, &statistics)
    let gradient = Tensor(rows: 4, columns: 2, values: [1, 0.5, -1, 2, 0.5, -0.25, 0, 1])
    let gradients = BatchNorm().backward(gradient, tape, parameters)
    #expect(
      gradients.input.isClose(to: [
        1.0510631, 0.06589633, -0.8297882, -0.2578743, 0.3982977, 0.3086874, -0.61957264, -0.11670945,
      ]))
    #expect(gradients.parameters.weight.isClose(to: [-1.1580712, -0.70559365]))
    #expect(gradients.parameters.bias.isClose(to: [0.5, 3.25]))
  }

  @Test("gradients are those of difference quotients", arguments: [1, 2, 7])
  func gradient(rows: Int) {
    let input = Tensor.random(rows: rows, columns: 2, seed: 3)
    let weights = Tensor.random(rows: rows, columns: 2, seed: 4)
    let fresh = BatchNormStatistics(inputs: 2)
    func value(_ input: Tensor, _ parameters: BatchNormParameters) -> Double {
      var statistics = fresh
      return BatchNorm().forward(input, parameters, &statistics).output.weighted(by: weights)
    }
    var statistics = fresh
    let (_, tape) = BatchNorm().forward(input, parameters, &statistics)
    let gradients = BatchNorm().backward(weights, tape, parameters)
    let check = GradientCheck(step: 1 / 256, tolerance: 5e-4)
    #expect(check.mismatches(of: gradients.input, at: input) { value($0, parameters) } == [])
    #expect(check.mismatches(of: gradients.parameters, at: parameters) { value(input, $0) } == [])
  }

  @Test("a minibatch of one row is normalised by the running statistics, which stay")
  func oneRow() {
    var statistics = BatchNormStatistics(inputs: 2)
    let row = Tensor(rows: 1, columns: 2, values: [3, -2])
    let (output, _) = BatchNorm(epsilon: 0).forward(row, parameters, &statistics)
    #expect(output.values == [6.25, 2])
    #expect(statistics.mean.values == [0, 0] && statistics.variance.values == [1, 1])
  }

  @Test("an input that never changes gives finite numbers")
  func constantInput() {
    var statistics = BatchNormStatistics(inputs: 1)
    let input = Tensor(rows: 3, columns: 1, values: [2, 2, 2])
    let parameters = BatchNormParameters(inputs: 1)
    let (output, tape) = BatchNorm().forward(input, parameters, &statistics)
    #expect(output.values == [0, 0, 0])
    let gradient = Tensor(rows: 3, columns: 1, values: [1, -1, 3])
    let gradients = BatchNorm().backward(gradient, tape, parameters)
    #expect(gradients.input.values.allSatisfy { $0.isFinite })
  }
}
