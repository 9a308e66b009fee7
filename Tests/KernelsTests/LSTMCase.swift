import Kernels

/// One LSTM step to be computed in several ways: a layer with weights as wide as trained ones, and rows.
struct LSTMCase {
  let inputs: Int
  let units: Int
  let rows: Int

  private let inputWeights: [Float]
  private let stateWeights: [Float]
  private let bias: [Float]
  private let input: [[Float]]
  private let state: [[Float]]
  private let cell: FloatMatrix

  init(inputs: Int, units: Int, rows: Int) {
    var numbers = Numbers(seed: 7)
    let scale = 2 / Float(max(inputs + units, 1)).squareRoot()
    self.inputs = inputs
    self.units = units
    self.rows = rows
    inputWeights = numbers.next(4 * units * inputs, times: scale)
    stateWeights = numbers.next(4 * units * units, times: scale)
    bias = numbers.next(4 * units)
    input = (0..<rows).map { _ in numbers.next(inputs) }
    state = (0..<rows).map { _ in numbers.next(units) }
    cell = numbers.matrix(rows: rows, columns: units)
  }

  /// What a step answers.
  struct Answer: Equatable {
    /// h before it is rounded to the set's arithmetic.
    var state: [Float]
    /// h as the next step gets it.
    var rounded: [Float]
    var cell: [Float]
  }

  /// The layer.
  func layer(_ kernels: KernelSet, in memory: WeightMemory? = nil) -> LSTMLayer {
    LSTMLayer(
      inputWeights: unsafe WeightMatrix(
        rows: 4 * units, columns: inputs, floats: inputWeights.span.bytes),
      stateWeights: unsafe WeightMatrix(rows: 4 * units, columns: units, floats: stateWeights.span.bytes),
      bias: bias.span, kernels: kernels, in: memory)
  }

  /// h and c of some rows, computed by themselves; of all rows if none are named. By `layer` if it is made already.
  func step(
    _ kernels: KernelSet, rows range: Range<Int>? = nil, isOdd: Bool = false,
    sharedBy pair: ThreadPair? = nil, by layer: LSTMLayer? = nil
  ) -> Answer {
    let range = range ?? 0..<rows
    let layer = layer ?? self.layer(kernels)
    let projections = Projections(slots: range.count + 1, units: units)
    let starts = Starts(rows: range.count + 1, own: projections, table: nil)
    for row in 0..<range.count { starts.set(row: row, slot: row) }
    layer.project(
      rows: range.count, input: activations(input[range], kernels), to: projections, sharedBy: pair)
    let output = Activations(rows: range.count, columns: units, arithmetic: kernels.arithmetic)
    let answers = FloatMatrix(rows: range.count, columns: units)
    let newCell = cell.rows(range)
    layer.step(
      rows: range.count, starts: starts, first: 0, state: hiddenStates(range, kernels), stateRow: 0,
      cell: newCell, output: output, answers: answers, isOdd: isOdd, sharedBy: pair)
    return Answer(state: answers.values, rounded: output.values, cell: newCell.values)
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

  /// The previous states, rounded as a step rounds them: in 8 bits to multiples of 1/127.
  private func hiddenStates(_ range: Range<Int>, _ kernels: KernelSet) -> Activations {
    let states = Activations(rows: range.count, columns: units, arithmetic: kernels.arithmetic)
    for (row, values) in state[range].enumerated() {
      guard kernels.arithmetic == .int8 else {
        unsafe states.setRow(row, from: values.span.bytes)
        continue
      }
      let codes = values.map { UInt8(bitPattern: Int8(($0 * 127).rounded())) }
      unsafe states.setRow(row, codes: codes.span.bytes, scale: 1 / 127)
    }
    return states
  }

  private func activations(_ rows: ArraySlice<[Float]>, _ kernels: KernelSet) -> Activations {
    let activations = Activations(rows: rows.count, columns: inputs, arithmetic: kernels.arithmetic)
    for (row, values) in rows.enumerated() { unsafe activations.setRow(row, from: values.span.bytes) }
    return activations
  }

  /// The sum that goes into a gate of a unit.
  private func sum(_ gate: Int, _ unit: Int, _ row: Int) -> Double {
    let line = gate * units + unit
    var sum = Double(bias[line])
    for k in 0..<inputs { sum += Double(inputWeights[line * inputs + k]) * Double(input[row][k]) }
    for k in 0..<units { sum += Double(stateWeights[line * units + k]) * Double(state[row][k]) }
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
