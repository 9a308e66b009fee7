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
