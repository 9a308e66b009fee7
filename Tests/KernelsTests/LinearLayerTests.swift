import Kernels
import Testing

@Suite("Linear layer")
struct LinearLayerTests {
  @Test(
    "Every kernel set computes W x + b, with and without a ReLU",
    arguments: KernelSet.available, [(1, 1), (3, 2), (7, 16), (21, 50), (57, 64), (5, 65), (13, 131)])
  func matchesEquation(kernels: KernelSet, shape: (inputs: Int, outputs: Int)) {
    let example = LinearCase(inputs: shape.inputs, outputs: shape.outputs, rows: 7)
    let exact = example.exact()
    #expect(greatestDistance(example.apply(kernels, rectifies: false), exact) < 2e-6)
    #expect(greatestDistance(example.apply(kernels, rectifies: true), exact.map { max($0, 0) }) < 2e-6)
  }

  @Test("Every number of rows gives what the plain set gives", arguments: KernelSet.available, 0...13)
  func anyNumberOfRows(kernels: KernelSet, rows: Int) {
    let example = LinearCase(inputs: 11, outputs: 3, rows: rows)
    let plain = example.apply(.plain, rectifies: false)
    #expect(greatestDistance(example.apply(kernels, rectifies: false), plain) < 1e-6)
  }

  @Test("A row alone gives the bits that it gives in a batch of 13", arguments: KernelSet.available)
  func rowsNeverDependOnTheBatch(kernels: KernelSet) {
    let example = LinearCase(inputs: 67, outputs: 5, rows: 13)
    let together = example.apply(kernels, rectifies: false)
    for row in 0..<13 {
      let alone = example.apply(kernels, rectifies: false, rows: row..<row + 1)
      #expect(alone == Array(together[row * 5..<row * 5 + 5]))
    }
  }
}

/// A linear layer to be computed in several ways.
private struct LinearCase {
  let inputs: Int
  let outputs: Int
  let weights: [Float]
  let bias: [Float]
  let input: FloatMatrix

  init(inputs: Int, outputs: Int, rows: Int) {
    var numbers = Numbers(seed: 11)
    self.inputs = inputs
    self.outputs = outputs
    weights = numbers.next(outputs * inputs)
    bias = numbers.next(outputs)
    input = numbers.matrix(rows: rows, columns: inputs)
  }

  func apply(_ kernels: KernelSet, rectifies: Bool, rows range: Range<Int>? = nil) -> [Float] {
    let layer = LinearLayer(
      inputs: inputs, outputs: outputs, weights: weights.span, bias: bias.span, rectifies: rectifies,
      kernels: kernels)
    let rows = input.rows(range ?? 0..<input.rows)
    let output = FloatMatrix(rows: rows.rows, columns: outputs)
    layer.apply(rows: rows.rows, input: rows, output: output)
    return output.values
  }

  /// The same in double precision.
  func exact() -> [Float] {
    (0..<input.rows).flatMap { row in
      (0..<outputs).map { output in
        var sum = Double(bias[output])
        for k in 0..<inputs {
          sum += Double(weights[output * inputs + k]) * Double(input[row: row, column: k])
        }
        return Float(sum)
      }
    }
  }
}
