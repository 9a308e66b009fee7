import Kernels
import Testing

@Suite("LSTM layer")
struct LSTMLayerTests {
  @Test(
    "Every kernel set computes the step that the equations say",
    arguments: KernelSet.available, [(0, 1), (1, 1), (3, 15), (7, 16), (5, 17), (19, 37)])
  func matchesEquations(kernels: KernelSet, shape: (inputs: Int, units: Int)) {
    let example = LSTMCase(inputs: shape.inputs, units: shape.units, rows: 5)
    let (state, cell) = example.step(kernels)
    let exact = example.exactStep()
    #expect(greatestDistance(state.values, exact.state) < 1e-6)
    #expect(greatestDistance(cell.values, exact.cell) < 1e-6)
  }

  @Test(
    "Every kernel set agrees with the plain one at the sizes of real models", arguments: KernelSet.available)
  func matchesPlainAtRealSizes(kernels: KernelSet) {
    let example = LSTMCase(inputs: 256, units: 512, rows: 7)
    let (state, cell) = example.step(kernels)
    let plain = example.step(.plain)
    #expect(greatestDistance(state.values, plain.state.values) < 1e-5)
    #expect(greatestDistance(cell.values, plain.cell.values) < 1e-5)
  }

  @Test("Every number of rows gives what the plain set gives", arguments: KernelSet.available, 0...13)
  func anyNumberOfRows(kernels: KernelSet, rows: Int) {
    let example = LSTMCase(inputs: 11, units: 23, rows: rows)
    #expect(greatestDistance(example.step(kernels).state.values, example.step(.plain).state.values) < 1e-6)
  }

  @Test("A row alone gives the bits that it gives in a batch of 13", arguments: KernelSet.available)
  func rowsNeverDependOnTheBatch(kernels: KernelSet) {
    let example = LSTMCase(inputs: 31, units: 53, rows: 13)
    let together = example.step(kernels)
    for row in 0..<13 {
      let alone = example.step(kernels, rows: row..<row + 1)
      #expect(alone.state.values == together.state.rows(row..<row + 1).values)
      #expect(alone.cell.values == together.cell.rows(row..<row + 1).values)
    }
  }

  @Test("AVX2 and AVX-512 give the same bits", .enabled(if: KernelSet.named("avx512") != nil))
  func fastSetsAgree() throws {
    let example = LSTMCase(inputs: 61, units: 127, rows: 9)
    let avx2 = example.step(try #require(KernelSet.named("avx2")))
    let avx512 = example.step(try #require(KernelSet.named("avx512")))
    #expect(avx2.state.values == avx512.state.values)
    #expect(avx2.cell.values == avx512.cell.values)
  }

  @Test("σ and tanh are within 3e-7 over the whole range", arguments: KernelSet.available)
  func gatesAreExact(kernels: KernelSet) {
    let points = (0...1_000).map { Float($0) / 10 - 50 }
    // A cell of 0 with one gate wide open is what the other gate says: σ(x) · tanh(40) or σ(40) · tanh(x).
    let sigmoids = cells(kernels, points: points, bias: [0, 0, 40, 0], weights: [1, 0, 0, 0])
    let tangents = cells(kernels, points: points, bias: [40, 0, 0, 0], weights: [0, 0, 1, 0])
    #expect(greatestDistance(sigmoids, points.map { Float(sigmoid(Double($0))) }) < 3e-7)
    #expect(greatestDistance(tangents, points.map { Float(hyperbolicTangent(Double($0))) }) < 3e-7)
  }

  @Test("Weights that are no numbers still give hidden states from -1 to 1", arguments: KernelSet.available)
  func hiddenStatesStayBounded(kernels: KernelSet) {
    for weight in [Float.nan, .infinity, -.infinity, .greatestFiniteMagnitude] {
      let layer = layer(
        kernels, bias: [weight, -weight, weight, weight], weights: [weight, 0, -weight, weight])
      let output = FloatMatrix(rows: 1, columns: 1)
      let input = FloatMatrix(rows: 1, columns: 1)
      input[row: 0, column: 0] = 3
      layer.step(
        rows: 1, input: input, state: FloatMatrix(rows: 1, columns: 1),
        cell: FloatMatrix(rows: 1, columns: 1),
        output: output)
      #expect(abs(output[row: 0, column: 0]) <= 1)
    }
  }

  /// c after one step from 0 of a layer with one input and one unit, for each input.
  private func cells(_ kernels: KernelSet, points: [Float], bias: [Float], weights: [Float]) -> [Float] {
    let input = FloatMatrix(rows: points.count, columns: 1)
    for (row, point) in points.enumerated() { input[row: row, column: 0] = point }
    let cell = FloatMatrix(rows: points.count, columns: 1)
    layer(kernels, bias: bias, weights: weights).step(
      rows: points.count, input: input, state: FloatMatrix(rows: points.count, columns: 1), cell: cell,
      output: FloatMatrix(rows: points.count, columns: 1))
    return cell.values
  }

  /// A layer with one input and one unit that ignores its previous state.
  private func layer(_ kernels: KernelSet, bias: [Float], weights: [Float]) -> LSTMLayer {
    let zeros: [Float] = [0, 0, 0, 0]
    return LSTMLayer(
      inputs: 1, units: 1, inputWeights: weights.span, stateWeights: zeros.span, inputBias: bias.span,
      stateBias: zeros.span, kernels: kernels)
  }
}
