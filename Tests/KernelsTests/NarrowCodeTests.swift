import Kernels
import Testing

/// Of small codes kernels may add up several products in 16 bits, as many as the greatest code of a matrix allows.
@Suite("Small codes")
struct NarrowCodeTests {
  static let eightBits = KernelSet.available.filter { $0.arithmetic == .int8 }

  /// The last code with which some number of products fits, the first with which it does not, and the greatest.
  static let edges = [1, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128]

  @Test("Greatest codes times greatest activations of one sign overflow nowhere", arguments: eightBits, edges)
  func nothingOverflows(kernels: KernelSet, greatest: Int) {
    // Words of four bytes in groups of up to eight: whole groups, some words more, some bytes more.
    for units in [1, 31, 32, 33, 67] {
      for code in [min(greatest, 127), -greatest] {
        let layer = CodedLayer(
          units: units, codes: [Int8](repeating: Int8(code), count: 4 * units * units),
          scale: 0.5 / Float(greatest * units))
        for activation: Int8 in [127, -127] {
          // Inputs and states together give every gate this number.
          let z = Double(code) / Double(greatest) * Double(activation) / 127
          let cell = sigmoid(z) * hyperbolicTangent(z)
          let state = sigmoid(z) * hyperbolicTangent(cell)
          for rows in [1, 7] {
            let answer = layer.step(kernels, rows: rows) { _, _ in activation }
            #expect(answer.cell.allSatisfy { abs(Double($0) - cell) < 5e-6 })
            #expect(answer.state.allSatisfy { abs(Double($0) - state) < 5e-6 })
          }
        }
      }
    }
  }

  @Test("All sets give the same bits, whatever the greatest code and the number of rows", arguments: edges)
  func setsAgree(greatest: Int) {
    var random = Numbers(seed: 9)
    let codes = (0..<4 * 70 * 70).map { _ in
      Int8(max(-128, min(127, (random.next() * Float(greatest)).rounded())))
    }
    let layer = CodedLayer(
      units: 70, codes: [Int8(max(-128, -greatest))] + codes.dropFirst(), scale: 0.2 / Float(greatest))
    for rows in [1, 2, 3, 4, 5, 6, 13] {
      let answers = Self.eightBits.map { kernels in
        layer.step(kernels, rows: rows) { row, k in Int8((row * 37 + k * 101) % 255 - 127) }
      }
      for answer in answers { #expect(answer == answers[answers.count - 1]) }
    }
  }
}

/// Codes that a model file has two to a byte are what they are with a byte each.
@Suite("Nibbles")
struct NibbleTests {
  @Test("Every set computes the same from both, whatever the sizes", arguments: NarrowCodeTests.eightBits)
  func setsReadNibbles(kernels: KernelSet) {
    var random = Numbers(seed: 11)
    for units in [1, 2, 17, 33, 67] {
      let codes = (0..<4 * units * units).map { _ in Int8((random.next() * 7).rounded()) }
      let layer = CodedLayer(units: units, codes: codes, scale: 0.03)
      for rows in [1, 2, 3, 6, 8] {
        let activation = { (row: Int, k: Int) in Int8((row * 53 + k * 89) % 255 - 127) }
        let isSame =
          layer.step(kernels, rows: rows, inNibbles: true, activations: activation)
          == layer.step(plainSet(like: kernels), rows: rows, activations: activation)
        #expect(isSame, "\(units) units, \(rows) rows")
      }
    }
  }

  @Test("Written codes read back, and nothing else passes for them", arguments: [0, 1, 2, 7, 8, 301])
  func roundTrips(columns: Int) {
    let codes = (0..<3 * columns).map { Int8($0 * 4 % 15 - 7) }
    var bytes = writtenNibbles(codes.span, rows: 3)
    #expect(bytes.count == 3 * ((columns + 1) / 2))
    #expect(unsafe readNibbles(bytes.span.bytes, rows: 3, columns: columns) == codes)
    #expect(unsafe firstRowNotNibbles(bytes.span.bytes, rows: 3, columns: columns) == nil)
    guard columns > 0 else { return }
    // The last half byte of the second row: a code, or what is left over.
    bytes[2 * bytes.count / 3 - 1] &= 0x0F
    #expect(unsafe firstRowNotNibbles(bytes.span.bytes, rows: 3, columns: columns) == 1)
  }
}

/// A layer of 8-bit codes, with as many inputs as units, all its rows of one scale and without a bias.
private struct CodedLayer {
  let units: Int
  private let codes: [UInt8]
  /// The same two to a byte; empty where they are too great for that.
  private let nibbles: [UInt8]
  private let scales: [Float]

  init(units: Int, codes: [Int8], scale: Float) {
    self.units = units
    self.codes = codes.map(UInt8.init(bitPattern:))
    nibbles = codes.allSatisfy { (-7...7).contains($0) } ? writtenNibbles(codes.span, rows: 4 * units) : []
    scales = [Float](repeating: scale, count: 4 * units)
  }

  /// What a step answers.
  struct Answer: Equatable {
    let state: [Float]
    let cell: [Float]
  }

  /// A step of some rows with these codes in the inputs and in the states, each worth 1/127, and cells of 0.
  func step(
    _ kernels: KernelSet, rows: Int, inNibbles: Bool = false,
    activations code: (_ row: Int, _ k: Int) -> Int8
  ) -> Answer {
    let weights =
      inNibbles
      ? unsafe WeightMatrix(
        rows: 4 * units, columns: units, nibbles: nibbles.span.bytes, scales: scales.span)
      : unsafe WeightMatrix(rows: 4 * units, columns: units, codes: codes.span.bytes, scales: scales.span)
    let bias = [Float](repeating: 0, count: 4 * units)
    let layer = LSTMLayer(
      inputWeights: weights, stateWeights: weights, bias: bias.span, kernels: kernels)
    let input = Activations(rows: rows, columns: units, arithmetic: .int8)
    for row in 0..<rows {
      let codes = (0..<units).map { UInt8(bitPattern: code(row, $0)) }
      unsafe input.setRow(row, codes: codes.span.bytes, scale: 1 / 127)
    }
    let projections = Projections(slots: rows, units: units)
    let starts = Starts(rows: rows, own: projections, table: nil)
    for row in 0..<rows { starts.set(row: row, slot: row) }
    layer.project(rows: rows, input: input, to: projections)
    let (cell, answers) = (FloatMatrix(rows: rows, columns: units), FloatMatrix(rows: rows, columns: units))
    layer.step(
      rows: rows, starts: starts, first: 0, state: input, stateRow: 0, cell: cell,
      output: Activations(rows: rows, columns: units, arithmetic: .int8), answers: answers, isOdd: false)
    return Answer(state: answers.values, cell: cell.values)
  }
}
