import Datasets
import Testing

@testable import Training

@Suite("Linear layer")
struct LinearTests {
  private static func parameters(inputs: Int, outputs: Int) -> LinearParameters {
    var generator = SplitMix64(state: 5)
    return LinearParameters(inputs: inputs, outputs: outputs, from: &generator)
  }

  @Test("an output is its weights' product with the input, and its bias")
  func forward() {
    let parameters = LinearParameters(
      weight: Tensor(rows: 2, columns: 3, values: [1, 2, 3, -1, 0, 0.5]),
      bias: Tensor(rows: 1, columns: 2, values: [10, 20]))
    let input = Tensor(rows: 2, columns: 3, values: [1, 0, 2, 0, 1, -2])
    #expect(Linear.forward(input, parameters).values == [17, 20, 6, 19])
  }

  @Test(
    "gradients are those of difference quotients",
    arguments: [(1, 1, 1), (1, 5, 2), (4, 3, 1), (3, 17, 6)])
  func gradient(rows: Int, inputs: Int, outputs: Int) {
    let parameters = Self.parameters(inputs: inputs, outputs: outputs)
    let input = Tensor.random(rows: rows, columns: inputs, seed: 6)
    let weights = Tensor.random(rows: rows, columns: outputs, seed: 7)
    let gradients = Linear.backward(weights, input: input, parameters)
    let check = GradientCheck()
    let ofInput = check.mismatches(of: gradients.input, at: input) {
      Linear.forward($0, parameters).weighted(by: weights)
    }
    let ofParameters = check.mismatches(of: gradients.parameters, at: parameters) {
      Linear.forward(input, $0).weighted(by: weights)
    }
    #expect(ofInput == [] && ofParameters == [])
  }

  @Test("initial numbers fill ±1 / √inputs evenly")
  func initialisation() {
    let parameters = Self.parameters(inputs: 100, outputs: 50)
    let weights = parameters.weight.values
    #expect(weights.allSatisfy { abs($0) <= 0.1 } && parameters.bias.values.allSatisfy { abs($0) <= 0.1 })
    let mean = weights.reduce(0, +) / 5000
    let variance = weights.reduce(0) { $0 + $1 * $1 } / 5000
    #expect(abs(mean) < 0.003)
    // That of a uniform distribution: the bound's square over 3.
    #expect(abs(variance - 0.01 / 3) < 0.0002)
  }
}

@Suite("ReLU")
struct ReLUTests {
  @Test("negative numbers become 0 and pass no gradient, and neither does 0")
  func bothWays() {
    let output = ReLU.forward(Tensor(rows: 1, columns: 4, values: [-2, 0, 0.5, 3]))
    #expect(output.values == [0, 0, 0.5, 3])
    let gradient = Tensor(rows: 1, columns: 4, values: [1, 2, 3, 4])
    #expect(ReLU.backward(gradient, output: output).values == [0, 0, 3, 4])
  }
}
