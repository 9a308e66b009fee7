import Glibc
import Kernels

/// A step of an LSTM layer in the middle of larger matrices, and what the formulas make of it in double
/// precision.
///
/// Two rows; c after the step stands behind c before it; every matrix has other numbers before and behind.
struct LSTMExample {
  let units: Int
  let places: LSTMStepPlaces
  let outputGradient: [Float]
  /// [rows][units] and two numbers more.
  let cellGradient: [Float]
  private let gates: [Float]
  private let cells: [Float]
  private let outputs: [Float]

  private static let rows = 2

  init(units: Int) {
    self.units = units
    let cells = Self.rows * units
    places = LSTMStepPlaces(
      rows: Self.rows, units: units, gates: 5, previousCell: 1, cell: 1 + cells + 3, output: 2)
    var random = Numbers(seed: 4)
    gates = random.next(5 + 4 * cells + 1, times: 5)
    self.cells = random.next(1 + 2 * cells + 3 + 1, times: 2)
    outputs = random.next(2 + cells + 3)
    outputGradient = random.next(2 + cells + 3)
    cellGradient = random.next(cells + 2)
  }

  /// What a version makes of it.
  func forward(_ kernels: TrainingKernels) -> (gates: [Float], cells: [Float], outputs: [Float]) {
    var (gates, cells, outputs) = (gates, cells, outputs)
    kernels.lstmForward(places, &gates, &cells, &outputs)
    return (gates, cells, outputs)
  }

  /// c = σ(f)·c + σ(i)·tanh(g), h = σ(o)·tanh(c).
  func exactForward() -> (gates: [Double], cells: [Double], outputs: [Double]) {
    var gates = gates.map { Double($0) }
    var (cells, outputs) = (cells.map { Double($0) }, outputs.map { Double($0) })
    for (row, unit) in elements {
      let gate = (0..<4).map { gatePlace($0, row, unit) }
      for index in 0..<4 {
        gates[gate[index]] = index == 2 ? tanh(gates[gate[2]]) : 1 / (1 + exp(-gates[gate[index]]))
      }
      let place = row * units + unit
      let cell = gates[gate[1]] * cells[places.previousCell + place] + gates[gate[0]] * gates[gate[2]]
      cells[places.cell + place] = cell
      outputs[places.output + place] = gates[gate[3]] * tanh(cell)
    }
    return (gates, cells, outputs)
  }

  /// The derivatives of the same, by the chain rule.
  func exactBackward() -> (gates: [Double], cellGradient: [Double]) {
    let forward = exactForward()
    var (gates, cellGradient) = (forward.gates, cellGradient.map { Double($0) })
    for (row, unit) in elements {
      let place = row * units + unit
      let gate = (0..<4).map { gatePlace($0, row, unit) }
      let (i, f, g, o) = (gates[gate[0]], gates[gate[1]], gates[gate[2]], gates[gate[3]])
      let answer = tanh(forward.cells[places.cell + place])
      let ofOutput = Double(outputGradient[places.output + place])
      let ofCell = cellGradient[place] + ofOutput * o * (1 - answer * answer)
      gates[gate[0]] = ofCell * g * i * (1 - i)
      gates[gate[1]] = ofCell * forward.cells[places.previousCell + place] * f * (1 - f)
      gates[gate[2]] = ofCell * i * (1 - g * g)
      gates[gate[3]] = ofOutput * answer * o * (1 - o)
      cellGradient[place] = ofCell * f
    }
    return (gates, cellGradient)
  }

  private var elements: [(row: Int, unit: Int)] {
    (0..<Self.rows).flatMap { row in (0..<units).map { (row, $0) } }
  }

  private func gatePlace(_ gate: Int, _ row: Int, _ unit: Int) -> Int {
    places.gates + (4 * row + gate) * units + unit
  }
}

extension TrainingKernels {
  /// `lstmForward` of arrays.
  func lstmForward(
    _ places: LSTMStepPlaces, _ gates: inout [Float], _ cells: inout [Float], _ outputs: inout [Float]
  ) {
    var gateSpan = gates.mutableSpan
    var cellSpan = cells.mutableSpan
    var outputSpan = outputs.mutableSpan
    lstmForward(places, gates: &gateSpan, cells: &cellSpan, outputs: &outputSpan)
  }

  /// `lstmBackward` of arrays.
  func lstmBackward(
    _ places: LSTMStepPlaces, _ gates: inout [Float], cells: [Float], outputGradient: [Float],
    _ cellGradient: inout [Float]
  ) {
    var gateSpan = gates.mutableSpan
    var cellSpan = cellGradient.mutableSpan
    lstmBackward(
      places, gates: &gateSpan, cells: cells.span, outputGradient: outputGradient.span,
      cellGradient: &cellSpan)
  }
}
