import Kernels
import Testing

@Suite("Matrix product, divided")
struct GEMMDivisionTests {
  @Test(
    "Any division of rows and columns gives the bits of one call", arguments: everyGEMMKernel,
    [ProductSum.replacing, .adding])
  func sameBits(kernel: GEMMKernel, sum: ProductSum) {
    let example = GEMMCase(ProductShape(31, 131, 391))
    let left = example.left(kernel)
    let right = example.right(kernel)
    let whole = example.product(kernel, sum)
    let width = kernel.tileColumns
    for rows in [[0..<31], left.shares(of: 2), [0..<1, 1..<2, 2..<19, 19..<31]] {
      for columns in [[0..<131], right.shares(of: 2), [0..<width, width..<2 * width, 2 * width..<131]] {
        var output = example.c
        for rows in rows {
          for columns in columns {
            let offset = rows.lowerBound * 131 + columns.lowerBound
            var span = output.mutableSpan
            multiply(
              left, right, sum, output: &span, offset: offset, stride: 131, rows: rows, columns: columns)
          }
        }
        #expect(output == whole)
      }
    }
  }

  @Test("Nothing but the stated rows and columns of C is written", arguments: everyGEMMKernel)
  func staysInside(kernel: GEMMKernel) {
    let example = GEMMCase(ProductShape(9, 70, 5))
    let exact = example.exact(kernel.precision)
    let columns = kernel.tileColumns..<kernel.tileColumns + 7
    var output = [Float](repeating: -5, count: 11 * 80)
    var span = output.mutableSpan
    multiply(
      example.left(kernel), example.right(kernel), .replacing, output: &span, offset: 83, stride: 80,
      rows: 2..<8, columns: columns)
    for index in output.indices {
      let (row, column) = ((index - 83) / 80, (index - 83) % 80)
      let isInside = index >= 83 && row < 6 && column < 7
      let expected = isInside ? exact[(row + 2) * 70 + column + columns.lowerBound] : -5
      #expect(abs(output[index] - expected) < 2e-6)
    }
  }

  @Test("Shares cover all lines once, in order, cut between tiles", arguments: [1, 2, 3, 7])
  func shares(count: Int) {
    let kernel = GEMMKernel.best(.float32)
    for columns in [0, 1, 32, 33, 4600] {
      let matrix = PackedMatrix(.right, rows: 1, columns: columns, kernel: kernel)
      let shares = matrix.shares(of: count)
      #expect(shares.count == count)
      #expect(shares.first?.lowerBound == 0 && shares.last?.upperBound == columns)
      for (one, next) in zip(shares, shares.dropFirst()) {
        #expect(one.upperBound == next.lowerBound)
        #expect(one.upperBound % kernel.tileColumns == 0 || one.upperBound == columns)
      }
    }
  }

  @Test("Two threads that share the operands give the bits of one", arguments: everyGEMMKernel)
  func twoThreads(kernel: GEMMKernel) async {
    let example = GEMMCase(ProductShape(40, 33, 50))
    let operands = Operands(left: example.left(kernel), right: example.right(kernel))
    let parts = await withTaskGroup(of: (Int, [Float]).self) { group in
      for rows in operands.left.shares(of: 2) {
        group.addTask { (rows.lowerBound, operands.product(rows: rows)) }
      }
      return await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.flatMap(\.1)
    }
    #expect(parts == example.product(kernel))
  }
}

/// Operands that several tasks read.
private final class Operands: Sendable {
  let left: PackedMatrix
  let right: PackedMatrix

  init(left: consuming PackedMatrix, right: consuming PackedMatrix) {
    self.left = left
    self.right = right
  }

  func product(rows: Range<Int>) -> [Float] {
    var output = [Float](repeating: 0, count: rows.count * right.columns)
    var span = output.mutableSpan
    multiply(left, right, .replacing, output: &span, stride: right.columns, rows: rows)
    return output
  }
}
