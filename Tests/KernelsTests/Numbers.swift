import Kernels

/// Numbers that look random and are the same in every run: a linear congruential generator with the constants
/// of Knuth's MMIX.
struct Numbers {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  /// The next number, between -1 and 1.
  mutating func next() -> Float {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Float(Int32(truncatingIfNeeded: state >> 32)) / Float(1 << 31)
  }

  mutating func next(_ count: Int, times scale: Float = 1) -> [Float] {
    (0..<count).map { _ in next() * scale }
  }

  /// A matrix filled with numbers.
  mutating func matrix(rows: Int, columns: Int) -> FloatMatrix {
    let matrix = FloatMatrix(rows: rows, columns: columns)
    for row in 0..<rows {
      for column in 0..<columns { matrix[row: row, column: column] = next() }
    }
    return matrix
  }
}

extension FloatMatrix {
  /// All numbers, row by row.
  var values: [Float] {
    (0..<rows).flatMap { row in (0..<columns).map { self[row: row, column: $0] } }
  }

  /// Some rows as a matrix of their own.
  func rows(_ range: Range<Int>) -> FloatMatrix {
    let part = FloatMatrix(rows: range.count, columns: columns)
    for row in range {
      for column in 0..<columns {
        part[row: row - range.lowerBound, column: column] = self[row: row, column: column]
      }
    }
    return part
  }
}

extension Activations {
  /// All numbers as they were rounded, row by row.
  var values: [Float] {
    (0..<rows).flatMap { row in (0..<columns).map { self[row: row, column: $0] } }
  }
}

/// The greatest distance between two lists of the same length; NaN when there is a NaN in either.
func greatestDistance(_ one: [Float], _ other: [Float]) -> Float {
  precondition(one.count == other.count)
  var greatest: Float = 0
  for (a, b) in zip(one, other) {
    if (a - b).isNaN { return .nan }
    greatest = max(greatest, abs(a - b))
  }
  return greatest
}
