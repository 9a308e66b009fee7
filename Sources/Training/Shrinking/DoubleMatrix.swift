/// A matrix of double-precision numbers, row by row without gaps.
struct DoubleMatrix: Equatable, Sendable {
  let rows: Int
  let columns: Int
  /// [rows][columns].
  var values: [Double]

  /// A matrix of zeros.
  init(rows: Int, columns: Int) {
    (self.rows, self.columns) = (rows, columns)
    values = [Double](repeating: 0, count: rows * columns)
  }

  subscript(row: Int, column: Int) -> Double {
    get {
      precondition(column >= 0 && column < columns)
      return values[row * columns + column]
    }
    set {
      precondition(column >= 0 && column < columns)
      values[row * columns + column] = newValue
    }
  }

  /// Adds `factor` times a row to another one: the step of which all products and solutions here consist, as it runs
  /// over numbers that lie side by side.
  ///
  /// - Parameter columns: of which columns; nil for all.
  mutating func add(
    _ factor: Double, timesRow source: Int, toRow target: Int, columns range: Range<Int>? = nil
  ) {
    let range = range ?? 0..<columns
    precondition(source != target && (0..<rows).contains(source) && (0..<rows).contains(target))
    precondition(range.lowerBound >= 0 && range.upperBound <= columns)
    let columns = columns
    // Sound: both rows and the range were checked to lie in the matrix.
    unsafe values.withUnsafeMutableBufferPointer { values in
      guard let start = values.baseAddress else { return }
      let (source, target) = unsafe (start + source * columns, start + target * columns)
      for column in range { unsafe target[column] += factor * source[column] }
    }
  }

  /// Multiplies a row with a number.
  mutating func multiply(row: Int, by factor: Double) {
    for index in row * columns..<(row + 1) * columns { values[index] *= factor }
  }

  /// The sum of the squares of a row, in eight sums side by side.
  func squares(ofRow row: Int) -> Double {
    var (sums, index) = (SIMD8<Double>.zero, row * columns)
    let end = index + columns
    let numbers = values.span
    while index + 8 <= end {
      var eight = SIMD8<Double>.zero
      for lane in 0..<8 { eight[lane] = numbers[index + lane] }
      sums += eight * eight
      index += 8
    }
    var sum = sums.sum()
    for index in index..<end { sum += numbers[index] * numbers[index] }
    return sum
  }
}

extension DoubleMatrix {
  /// The inverse of a symmetric matrix, by Cholesky's decomposition; n³ products. Nil if the matrix is not positive
  /// definite.
  ///
  /// Only the upper triangle is read.
  var positiveInverse: DoubleMatrix? {
    precondition(rows == columns)
    guard let factor = upperFactor else { return nil }
    // The rows of L⁻¹, L being the transpose of the factor.
    var inverse = DoubleMatrix(rows: rows, columns: rows)
    for row in 0..<rows {
      inverse[row, row] = 1
      for earlier in 0..<row {
        inverse.add(-factor[earlier, row], timesRow: earlier, toRow: row, columns: 0..<earlier + 1)
      }
      inverse.multiply(row: row, by: 1 / factor[row, row])
    }
    return inverse.squared
  }

  /// U of A = UᵀU; what is below the diagonal has no meaning. Nil if there is none.
  private var upperFactor: DoubleMatrix? {
    var factor = self
    for pivot in 0..<rows {
      guard factor[pivot, pivot] > 0 else { return nil }
      factor.multiply(row: pivot, by: 1 / factor[pivot, pivot].squareRoot())
      for row in pivot + 1..<rows {
        factor.add(-factor[pivot, row], timesRow: pivot, toRow: row, columns: row..<rows)
      }
    }
    return factor
  }

  /// MᵀM of a lower triangular matrix M.
  private var squared: DoubleMatrix {
    // Below M there is room for the product, so that both are rows of one matrix.
    var sums = DoubleMatrix(rows: 2 * rows, columns: columns)
    sums.values.replaceSubrange(0..<values.count, with: values)
    for source in 0..<rows {
      for row in 0...source {
        sums.add(self[source, row], timesRow: source, toRow: rows + row, columns: 0..<source + 1)
      }
    }
    var product = DoubleMatrix(rows: rows, columns: columns)
    product.values.replaceSubrange(0..<values.count, with: sums.values[values.count...])
    return product
  }
}
