import Kernels
import Testing

@Suite("LSTM layer")
struct LSTMLayerTests {
  static let singlePrecision = KernelSet.available.filter { $0.arithmetic == .fp32 }
  static let eightBits = KernelSet.available.filter { $0.arithmetic == .int8 }

  @Test(
    "Every kernel set computes the step that the equations say",
    arguments: KernelSet.available, [(0, 1), (1, 1), (3, 15), (7, 16), (5, 17), (19, 37)])
  func matchesEquations(kernels: KernelSet, shape: (inputs: Int, units: Int)) {
    let example = LSTMCase(inputs: shape.inputs, units: shape.units, rows: 5)
    let answer = example.step(kernels)
    let exact = example.exactStep()
    #expect(greatestDistance(answer.state, exact.state) < rounding(kernels))
    #expect(greatestDistance(answer.cell, exact.cell) < rounding(kernels))
  }

  @Test(
    "Every kernel set agrees with the plain one of its arithmetic at the sizes of real models",
    arguments: KernelSet.available)
  func matchesPlainAtRealSizes(kernels: KernelSet) {
    let example = LSTMCase(inputs: 256, units: 512, rows: 7)
    let answer = example.step(kernels)
    let plain = example.step(plainSet(like: kernels))
    #expect(greatestDistance(answer.state, plain.state) < 1e-5)
    #expect(greatestDistance(answer.cell, plain.cell) < 1e-5)
  }

  @Test(
    "Every number of rows gives what the plain set gives", arguments: KernelSet.available,
    Array(0...13) + [97])
  func anyNumberOfRows(kernels: KernelSet, rows: Int) {
    let example = LSTMCase(inputs: 11, units: 23, rows: rows)
    #expect(
      greatestDistance(example.step(kernels).state, example.step(plainSet(like: kernels)).state) < 1e-6)
  }

  @Test("A row alone gives the bits that it gives in a batch of 13", arguments: KernelSet.available)
  func rowsNeverDependOnTheBatch(kernels: KernelSet) {
    let example = LSTMCase(inputs: 31, units: 53, rows: 13)
    let together = example.step(kernels)
    for row in 0..<13 {
      let alone = example.step(kernels, rows: row..<row + 1)
      #expect(alone.state == Array(together.state[row * 53..<row * 53 + 53]))
      #expect(alone.rounded == Array(together.rounded[row * 53..<row * 53 + 53]))
      #expect(alone.cell == Array(together.cell[row * 53..<row * 53 + 53]))
    }
  }

  @Test("Layers that share memory give the bits that each gives alone", arguments: KernelSet.available)
  func layersShareMemory(kernels: KernelSet) {
    let examples = [(31, 53), (19, 1), (53, 37)].map { LSTMCase(inputs: $0, units: $1, rows: 3) }
    let memory = WeightMemory(
      byteCount: examples.reduce(0) {
        $0 + LSTMLayer.greatestByteCount(inputs: $1.inputs, units: $1.units, kernels: kernels)
      })
    let layers = examples.map { $0.layer(kernels, in: memory) }
    for (example, layer) in zip(examples, layers) {
      let isSame = example.step(kernels, by: layer) == example.step(kernels)
      #expect(isSame)
    }
  }

  @Test("The order of the blocks changes no bit", arguments: KernelSet.available)
  func backwardsGivesTheSameBits(kernels: KernelSet) {
    let example = LSTMCase(inputs: 5, units: 61, rows: 8)
    let isSame = example.step(kernels, isOdd: true) == example.step(kernels, isOdd: false)
    #expect(isSame)
  }

  @Test("The fast sets of single precision give the same bits")
  func fastSetsAgree() {
    let example = LSTMCase(inputs: 61, units: 127, rows: 9)
    let answers = Self.singlePrecision.dropLast().map { example.step($0) }
    for answer in answers {
      let isSame = answer == answers[0]
      #expect(isSame)
    }
  }

  @Test(
    "All sets of 8 bits give the same bits",
    arguments: [(1, 1), (30, 17), (61, 127), (256, 512), (1_150, 19)])
  func eightBitSetsAgree(shape: (inputs: Int, units: Int)) {
    let example = LSTMCase(inputs: shape.inputs, units: shape.units, rows: 9)
    let answers = Self.eightBits.map { example.step($0) }
    for answer in answers {
      let isSame = answer == answers[0]
      #expect(isSame)
    }
  }

  @Test("Hidden states are handed on as the nearest that the arithmetic has", arguments: KernelSet.available)
  func roundsHiddenStates(kernels: KernelSet) {
    let answer = LSTMCase(inputs: 13, units: 29, rows: 5).step(kernels)
    for (state, rounded) in zip(answer.state, answer.rounded) {
      switch kernels.arithmetic {
      case .fp32: #expect(rounded == state)
      case .bf16: #expect(abs(rounded - state) <= abs(state) / 256)
      case .int8: #expect(abs(rounded - state) <= 0.501 / 127)
      }
    }
  }

  @Test("Greatest weights against greatest activations overflow nowhere", arguments: eightBits)
  func nothingSaturates(kernels: KernelSet) {
    // 127 · 127 products of one sign; σ(-z) of such a sum is 0, so that c stays what σ(i) tanh(g) makes it.
    for sign: Float in [1, -1] {
      let layer = oneUnit(kernels, bias: [0, 0, 0, 0], weights: [0, 0, sign, 0], inputs: 4_096)
      let cells = cells(layer, kernels, inputs: [[Float](repeating: 1, count: 4_096)])
      #expect(abs(cells[0] - sign * 0.5) < 1e-6)
    }
  }

  @Test("σ and tanh are within 3e-7 over the whole range", arguments: singlePrecision)
  func gatesAreExact(kernels: KernelSet) {
    expectGates(kernels, within: 3e-7)
  }

  @Test("σ and tanh of 8 bits are within 2e-6 over the whole range", arguments: eightBits)
  func gatesOfEightBitsAreNearlyExact(kernels: KernelSet) {
    expectGates(kernels, within: 2e-6)
  }

  @Test("Weights that are no numbers still give hidden states from -1 to 1", arguments: KernelSet.available)
  func hiddenStatesStayBounded(kernels: KernelSet) {
    for weight in [Float.nan, .infinity, -.infinity, .greatestFiniteMagnitude] {
      let layer = oneUnit(
        kernels, bias: [weight, -weight, weight, weight], weights: [weight, 0, -weight, weight], inputs: 1)
      #expect(abs(state(layer, kernels, inputs: [[3]])[0]) <= 1)
    }
  }

  private func expectGates(_ kernels: KernelSet, within limit: Float) {
    // One number in a row has the code 127 and the row's scale: nothing is rounded.
    let points = (0...1_000).map { Float($0) / 10 - 50 }
    // A cell of 0 with one gate wide open is what the other gate says: σ(x) · tanh(40) or σ(40) · tanh(x).
    let sigmoids = oneUnit(kernels, bias: [0, 0, 40, 0], weights: [1, 0, 0, 0], inputs: 1)
    let tangents = oneUnit(kernels, bias: [40, 0, 0, 0], weights: [0, 0, 1, 0], inputs: 1)
    let inputs = points.map { [$0] }
    #expect(
      greatestDistance(cells(sigmoids, kernels, inputs: inputs), points.map { Float(sigmoid(Double($0))) })
        < limit)
    #expect(
      greatestDistance(
        cells(tangents, kernels, inputs: inputs), points.map { Float(hyperbolicTangent(Double($0))) })
        < limit)
  }

  /// c after one step from 0 of a layer with one unit, for each row of inputs.
  private func cells(_ layer: LSTMLayer, _ kernels: KernelSet, inputs: [[Float]]) -> [Float] {
    firstStep(layer, kernels, inputs: inputs).cell.values
  }

  /// h after the same.
  private func state(_ layer: LSTMLayer, _ kernels: KernelSet, inputs: [[Float]]) -> [Float] {
    firstStep(layer, kernels, inputs: inputs).state.values
  }

  private func firstStep(
    _ layer: LSTMLayer, _ kernels: KernelSet, inputs: [[Float]]
  ) -> (state: FloatMatrix, cell: FloatMatrix) {
    let rows = inputs.count
    let input = Activations(rows: rows, columns: layer.inputs, arithmetic: kernels.arithmetic)
    for (row, values) in inputs.enumerated() { unsafe input.setRow(row, from: values.span.bytes) }
    let projections = Projections(slots: rows, units: 1)
    let starts = Starts(rows: rows, own: projections, table: nil)
    for row in 0..<rows { starts.set(row: row, slot: row) }
    layer.project(rows: rows, input: input, to: projections)
    let cell = FloatMatrix(rows: rows, columns: 1)
    let state = FloatMatrix(rows: rows, columns: 1)
    layer.step(
      rows: rows, starts: starts, first: 0,
      state: Activations(rows: rows, columns: 1, arithmetic: kernels.arithmetic), stateRow: 0, cell: cell,
      output: Activations(rows: rows, columns: 1, arithmetic: kernels.arithmetic), answers: state,
      isOdd: false)
    return (state, cell)
  }

  /// A layer with one unit that ignores its previous state; every input has the same four weights.
  private func oneUnit(_ kernels: KernelSet, bias: [Float], weights: [Float], inputs: Int) -> LSTMLayer {
    let zeros: [Float] = [0, 0, 0, 0]
    let weights = weights.flatMap { [Float](repeating: $0, count: inputs) }
    return LSTMLayer(
      inputWeights: unsafe WeightMatrix(rows: 4, columns: inputs, floats: weights.span.bytes),
      stateWeights: unsafe WeightMatrix(rows: 4, columns: 1, floats: zeros.span.bytes),
      bias: bias.span, kernels: kernels)
  }

  /// How far a step may be from the equations: what rounding inputs, states and weights to the arithmetic does.
  private func rounding(_ kernels: KernelSet) -> Float {
    switch kernels.arithmetic {
    case .fp32: 1e-6
    case .bf16: 0.02
    case .int8: 0.02
    }
  }
}

/// The plain set of the same arithmetic.
func plainSet(like kernels: KernelSet) -> KernelSet {
  KernelSet.available.last { $0.arithmetic == kernels.arithmetic } ?? .plain
}
