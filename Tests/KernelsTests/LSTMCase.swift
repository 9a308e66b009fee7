import Kernels

/// One LSTM step to be computed in several ways: a layer with weights as wide as trained ones, and rows.
struct LSTMCase {
  let inputs: Int
  let units: Int
  let rows: Int

  private let inputWeights: [Float]
  private let stateWeights: [Float]
  private let inputBias: [Float]
  private let stateBias: [Float]
  private let input: FloatMatrix
  private let state: FloatMatrix
  private let cell: FloatMatrix

  init(inputs: Int, units: Int, rows: Int) {
    var numbers = Numbers(seed: 7)
    let scale = 2 / Float(max(inputs + units, 1)).squareRoot()
    self.inputs = inputs
    self.units = units
    self.rows = rows
    inputWeights = numbers.next(4 * units * inputs, times: scale)
    stateWeights = numbers.next(4 * units * units, times: scale)
    inputBias = numbers.next(4 * units)
    stateBias = numbers.next(4 * units)
    input = numbers.matrix(rows: rows, columns: inputs)
    state = numbers.matrix(rows: rows, columns: units)
    cell = numbers.matrix(rows: rows, columns: units)
  }

  /// h and c of the rows in `range`, computed by themselves.
  func step(_ kernels: KernelSet, rows range: Range<Int>) -> (state: FloatMatrix, cell: FloatMatrix) {
    let layer = LSTMLayer(
      inputs: inputs, units: units, inputWeights: inputWeights.span, stateWeights: stateWeights.span,
      inputBias: inputBias.span, stateBias: stateBias.span, kernels: kernels)
    let output = FloatMatrix(rows: range.count, columns: units)
    let newCell = cell.rows(range)
    layer.step(
      rows: range.count, input: input.rows(range), state: state.rows(range), cell: newCell, output: output)
    return (output, newCell)
  }

  /// h and c of all rows.
  func step(_ kernels: KernelSet) -> (state: FloatMatrix, cell: FloatMatrix) {
    step(kernels, rows: 0..<rows)
  }

  /// h and c as the equations say, in double precision.
  func exactStep() -> (state: [Float], cell: [Float]) {
    var newState: [Float] = []
    var newCell: [Float] = []
    for row in 0..<rows {
      for unit in 0..<units {
        let (i, f, g, o) = (sum(0, unit, row), sum(1, unit, row), sum(2, unit, row), sum(3, unit, row))
        let c = sigmoid(f) * Double(cell[row: row, column: unit]) + sigmoid(i) * hyperbolicTangent(g)
        newCell.append(Float(c))
        newState.append(Float(sigmoid(o) * hyperbolicTangent(c)))
      }
    }
    return (newState, newCell)
  }

  /// The sum that goes into a gate of a unit.
  private func sum(_ gate: Int, _ unit: Int, _ row: Int) -> Double {
    let line = gate * units + unit
    var sum = Double(inputBias[line]) + Double(stateBias[line])
    for k in 0..<inputs {
      sum += Double(inputWeights[line * inputs + k]) * Double(input[row: row, column: k])
    }
    for k in 0..<units { sum += Double(stateWeights[line * units + k]) * Double(state[row: row, column: k]) }
    return sum
  }
}

/// e^x by halving the argument until the series is short, then squaring: good to 1e-14, and no Foundation.
func exponential(_ x: Double) -> Double {
  guard abs(x) > 0.01 else {
    return 1 + x * (1 + x / 2 * (1 + x / 3 * (1 + x / 4 * (1 + x / 5 * (1 + x / 6)))))
  }
  let half = exponential(x / 2)
  return half * half
}

func sigmoid(_ x: Double) -> Double { 1 / (1 + exponential(-x)) }

func hyperbolicTangent(_ x: Double) -> Double {
  x < 0 ? -hyperbolicTangent(-x) : (1 - exponential(-2 * x)) / (1 + exponential(-2 * x))
}
