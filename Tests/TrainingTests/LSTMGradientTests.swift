import Datasets
import Kernels
import Testing

@testable import Training

/// One LSTM layer's way back against difference quotients.
@Suite("Gradients of an LSTM layer")
struct LSTMGradientTests {
  static let (inputs, units) = (3, 4)

  /// What a layer's answers are a function of.
  private struct Point: ParameterTree {
    var parameters: LSTMParameters
    var input: Tensor

    mutating func visit(_ body: (String, inout Tensor) throws -> Void) rethrows {
      try parameters.visit(body)
      try body("input", &input)
    }
  }

  @Test(
    "the gradients of weights and inputs are those of difference quotients, states and ragged rows included",
    arguments: [[1], [4], [2, 2, 2], [5, 3, 3, 1]], [Float(0), 0.5])
  func gradients(lengths: [Int], weightRate: Float) {
    let steps = Steps(lengths: lengths)
    let point = Self.point(steps)
    let wanted = Tensor.random(rows: steps.tokens, columns: Self.units, seed: 4)
    let (pass, weights) = Self.forward(point, steps, weightRate: weightRate)
    pass.outputGradient = wanted
    var gradients = point
    pass.backward(steps, weights, gradients: &gradients.parameters)
    pass.inputGradient(steps, weights, into: &gradients.input)
    let mismatches = GradientCheck().mismatches(of: gradients, at: point) { point in
      let outputs = Self.forward(point, steps, weightRate: weightRate).pass.outputs
      return outputs.rows(steps.rows..<steps.rows + steps.tokens).weighted(by: wanted)
    }
    #expect(mismatches == [])
  }

  @Test("what a layer remembers is each row's own last answer, also of rows that end early")
  func lastAnswers() {
    let steps = Steps(lengths: [3, 2, 2])
    let point = Self.point(steps)
    var output = Tensor(rows: 3, columns: Self.units)
    let (pass, _) = Self.forward(point, steps, weightRate: 0, output: &output)
    // Tokens 0…2 are the first step, 3…5 the second, 6 the third; answers stand behind three rows of states.
    #expect(output.rows(0..<1) == pass.outputs.rows(9..<10))
    #expect(output.rows(1..<3) == pass.outputs.rows(7..<9))
  }

  private static func point(_ steps: Steps) -> Point {
    var generator = SplitMix64(state: 1)
    return Point(
      parameters: LSTMParameters(inputs: inputs, units: units, using: &generator),
      input: .random(rows: steps.tokens, columns: inputs, seed: 2))
  }

  private static func forward(
    _ point: Point, _ steps: Steps, weightRate: Float
  ) -> (pass: LSTMPass, weights: PackedLSTM) {
    var output = Tensor.random(rows: steps.rows, columns: units, seed: 3)
    return forward(point, steps, weightRate: weightRate, output: &output)
  }

  private static func forward(
    _ point: Point, _ steps: Steps, weightRate: Float, output: inout Tensor
  ) -> (pass: LSTMPass, weights: PackedLSTM) {
    let weights = PackedLSTM(inputs: inputs, units: units, kernel: .best(.float32))
    weights.packInputs(point.parameters, backward: true)
    weights.packStates(point.parameters, rate: weightRate, key: 17, backward: true)
    let pass = LSTMPass(inputs: inputs, units: units)
    pass.input = point.input
    var cell = Tensor.random(rows: steps.rows, columns: units, seed: 5)
    pass.forward(steps, weights, output: &output, cell: &cell)
    return (pass, weights)
  }
}
