import Kernels

/// Every version that this processor can run, in both precisions.
let everyGEMMKernel = ProductPrecision.allCases.flatMap(GEMMKernel.available)

/// The shape of a product: C [m][n] = A [m][k] · B [k][n].
struct ProductShape: CustomStringConvertible, Sendable {
  let m: Int
  let n: Int
  let k: Int

  init(_ m: Int, _ n: Int, _ k: Int) {
    (self.m, self.n, self.k) = (m, n, k)
  }

  var description: String { "\(m)x\(n)x\(k)" }
}

/// A product to be computed in several ways; C starts as numbers too.
struct GEMMCase {
  let shape: ProductShape
  var a: [Float]
  var b: [Float]
  var c: [Float]

  init(_ shape: ProductShape) {
    var numbers = Numbers(seed: 17)
    self.shape = shape
    a = numbers.next(shape.m * shape.k)
    b = numbers.next(shape.k * shape.n)
    c = numbers.next(shape.m * shape.n)
  }

  /// A, packed from memory that holds it as it is or transposed, its rows `spare` numbers further apart.
  func left(
    _ kernel: GEMMKernel, _ storage: PackedMatrix.Storage = .byRows, spare: Int = 0
  ) -> PackedMatrix {
    var packed = PackedMatrix(.left, rows: shape.m, columns: shape.k, kernel: kernel)
    let stored = Self.stored(a, rows: shape.m, columns: shape.k, storage, spare: spare)
    packed.pack(stored.numbers.span, storage, stride: stored.stride)
    return packed
  }

  /// B, likewise.
  func right(
    _ kernel: GEMMKernel, _ storage: PackedMatrix.Storage = .byRows, spare: Int = 0
  ) -> PackedMatrix {
    var packed = PackedMatrix(.right, rows: shape.k, columns: shape.n, kernel: kernel)
    let stored = Self.stored(b, rows: shape.k, columns: shape.n, storage, spare: spare)
    packed.pack(stored.numbers.span, storage, stride: stored.stride)
    return packed
  }

  /// The whole product in one call.
  func product(
    _ kernel: GEMMKernel, _ sum: ProductSum = .replacing, a: PackedMatrix.Storage = .byRows,
    b: PackedMatrix.Storage = .byRows, spare: Int = 0
  ) -> [Float] {
    var output = c
    var span = output.mutableSpan
    multiply(
      left(kernel, a, spare: spare), right(kernel, b, spare: spare), sum, output: &span, stride: shape.n)
    return output
  }

  /// The same by the loop of the textbook, in double precision, from operands as `precision` has them.
  func exact(_ precision: ProductPrecision, _ sum: ProductSum = .replacing) -> [Float] {
    let a = precision == .float32 ? a : a.map(roundedToBFloat16)
    let b = precision == .float32 ? b : b.map(roundedToBFloat16)
    return (0..<shape.m * shape.n).map { index in
      let (row, column) = (index / shape.n, index % shape.n)
      var total = sum == .adding ? Double(c[index]) : 0
      for k in 0..<shape.k { total += Double(a[row * shape.k + k]) * Double(b[k * shape.n + column]) }
      return Float(total)
    }
  }

  /// How far single-precision sums of this depth may be from the exact ones: numbers are at most 1.
  var tolerance: Float { 1e-6 + Float(shape.k) * 1e-7 }

  private static func stored(
    _ numbers: [Float], rows: Int, columns: Int, _ storage: PackedMatrix.Storage, spare: Int
  ) -> (numbers: [Float], stride: Int) {
    let (count, length) = storage == .byRows ? (rows, columns) : (columns, rows)
    // What stands between the rows must never be used.
    var stored = [Float](repeating: .nan, count: count * (length + spare))
    for row in 0..<rows {
      for column in 0..<columns {
        let (line, place) = storage == .byRows ? (row, column) : (column, row)
        stored[line * (length + spare) + place] = numbers[row * columns + column]
      }
    }
    return (stored, length + spare)
  }
}
