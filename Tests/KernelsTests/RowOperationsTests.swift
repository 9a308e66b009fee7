import Kernels
import Testing

@Suite("Row operations")
struct RowOperationsTests {
  @Test("Codes and scales give every number back to half a step", arguments: [1, 2, 17, 101])
  func quantisingRoundTrips(columns: Int) {
    var numbers = Numbers(seed: 3)
    let values = numbers.next(3 * columns, times: 5)
    let (codes, scales) = quantised(values.span, rows: 3)
    for (index, value) in values.enumerated() {
      let scale = scales[index / columns]
      #expect(abs(Float(codes[index]) * scale - value) <= scale * 0.5001)
    }
  }

  @Test("The number of greatest magnitude gets the code 127 or -127")
  func greatestMagnitude() {
    let values: [Float] = [0.5, -2, 1]
    #expect(quantised(values.span, rows: 1).codes == [32, -127, 64])
  }

  @Test("A row of zeros has scale 0 and codes 0")
  func zeros() {
    let values: [Float] = [0, 0, 1, 0]
    let (codes, scales) = quantised(values.span, rows: 2)
    #expect(codes == [0, 0, 127, 0])
    #expect(scales[0] == 0)
  }

  @Test("Numbers at the edge of single precision are quantised without a trap")
  func subnormals() {
    let values: [Float] = [.leastNonzeroMagnitude, -.leastNonzeroMagnitude, 0, .greatestFiniteMagnitude]
    for code in quantised(values.span, rows: 2).codes { #expect(code >= -127) }
  }

  @Test(
    "Few codes are the nearest at a scale that leaves less error than the widest", arguments: [1, 7, 15, 63])
  func fewCodes(greatest: Int) {
    var numbers = Numbers(seed: 5)
    // Cubes: many small numbers and a few great ones, as in trained matrices.
    let values = numbers.next(3 * 640).map { $0 * $0 * $0 }
    let (codes, scales) = quantised(values.span, rows: 3, greatestCode: greatest)
    for row in 0..<3 {
      let (values, codes) = (values[row * 640..<row * 640 + 640], codes[row * 640..<row * 640 + 640])
      let widest = values.map(abs).max()! / Float(greatest)
      #expect(Array(codes) == nearest(values, scale: scales[row], greatest))
      #expect(
        error(values, codes, scale: scales[row])
          < error(values, nearest(values, scale: widest, greatest)[...], scale: widest))
    }
  }

  @Test("Multiples of a number up to the greatest code are kept")
  func keepsWhatFits() {
    let values = (-7...7).map { Float($0) * 0.25 }
    let (codes, scales) = quantised(values.span, rows: 1, greatestCode: 7)
    #expect(codes == (-7...7).map { Int8($0) })
    #expect(scales == [0.25])
  }

  @Test("Few codes of zeros and of numbers at the edge of single precision")
  func fewCodesOfExtremes() {
    let values: [Float] = [0, 0, .leastNonzeroMagnitude, 0, .greatestFiniteMagnitude, 1]
    let (codes, scales) = quantised(values.span, rows: 3, greatestCode: 7)
    #expect(codes[0...1] == [0, 0] && scales[0] == 0)
    #expect(codes.allSatisfy { abs($0) <= 7 } && scales.allSatisfy(\.isFinite))
    #expect(codes[4...5] == [7, 0])
  }

  @Test("The greatest code is that of the greatest magnitude")
  func greatest() {
    let codes: [Int8] = [3, -128, 127]
    #expect(unsafe greatestCode(codes.span.bytes) == 128)
    #expect(unsafe greatestCode(codes[0..<1].span.bytes) == 3)
    #expect(unsafe greatestCode(codes[0..<0].span.bytes) == 0)
  }

  private func nearest(_ values: ArraySlice<Float>, scale: Float, _ greatest: Int) -> [Int8] {
    values.map { Int8(max(-Float(greatest), min(Float(greatest), ($0 / scale).rounded(.toNearestOrEven)))) }
  }

  private func error(_ values: ArraySlice<Float>, _ codes: ArraySlice<Int8>, scale: Float) -> Float {
    zip(values, codes).reduce(0) { sum, pair in
      let distance = pair.0 - Float(pair.1) * scale
      return sum + distance * distance
    }
  }

  @Test("Bytes of any alignment are searched for infinities and NaN")
  func findsFirstNotFinite() {
    var numbers = [Float](repeating: 1, count: 3_000)
    #expect(firstNotFinite(numbers) == nil)
    numbers[2_999] = .infinity
    #expect(firstNotFinite(numbers) == 2_999)
    numbers[1_025] = .nan
    #expect(firstNotFinite(numbers) == 1_025)
    numbers[0] = -.infinity
    #expect(firstNotFinite(numbers) == 0)
  }

  @Test("Pooling keeps the greatest number and the sum of each column")
  func pools() {
    let pooled = FloatMatrix(rows: 1, columns: 4)
    for (step, row) in [[Float(-3), 2], [-1, -5], [-2, 1]].enumerated() {
      let answers = FloatMatrix(rows: 1, columns: 2)
      for (column, value) in row.enumerated() { answers[row: 0, column: column] = value }
      pooled.pool(row: 0, of: answers, row: 0, first: step == 0, maximum: 0, sum: 2)
    }
    #expect(pooled.values == [-1, 2, -6, -2])
  }

  /// Searches the numbers at an odd address.
  private func firstNotFinite(_ numbers: [Float]) -> Int? {
    var bytes: [UInt8] = [0]
    for number in numbers {
      for shift in stride(from: 0, to: 32, by: 8) {
        bytes.append(UInt8(truncatingIfNeeded: number.bitPattern >> shift))
      }
    }
    return unsafe Kernels.firstNotFinite(bytes.span.bytes.extracting(1..<bytes.count))
  }
}
