internal import Kernels

/// A matrix of single-precision numbers, row by row without gaps; a vector is a matrix of one row.
///
/// Weights, their gradients and an optimiser's moments are all tensors. A value type.
package struct Tensor: Equatable, Sendable {
  package private(set) var rows: Int
  package private(set) var columns: Int
  /// [rows][columns].
  package var values: [Float]

  /// A tensor of zeros.
  package init(rows: Int, columns: Int) {
    self.init(rows: rows, columns: columns, values: HugePages.zeros(rows * columns))
  }

  package init(rows: Int, columns: Int, values: [Float]) {
    precondition(rows >= 0 && columns >= 0 && values.count == rows * columns)
    self.rows = rows
    self.columns = columns
    self.values = values
  }

  package var count: Int { values.count }

  package subscript(row row: Int, column column: Int) -> Float {
    get {
      precondition(column >= 0 && column < columns)
      return values[row * columns + column]
    }
    set {
      precondition(column >= 0 && column < columns)
      values[row * columns + column] = newValue
    }
  }

  /// Changes the shape; the numbers are unspecified afterwards. Keeps its memory if that is large enough.
  package mutating func resize(rows: Int, columns: Int) {
    let count = rows * columns
    if values.capacity < count {
      values = HugePages.zeros(count)
    } else if values.count > count {
      values.removeLast(values.count - count)
    } else if values.count < count {
      values.append(contentsOf: repeatElement(0, count: count - values.count))
    }
    self.rows = rows
    self.columns = columns
  }

  /// Sets all numbers to 0.
  package mutating func clear() {
    for index in values.indices { values[index] = 0 }
  }

  /// A copy of some rows.
  package func rows(_ range: Range<Int>) -> Tensor {
    Tensor(
      rows: range.count, columns: columns,
      values: Array(values[range.lowerBound * columns..<range.upperBound * columns]))
  }

  /// A tensor of the same shape, of zeros.
  package var zeros: Tensor { Tensor(rows: rows, columns: columns) }
}

// Operations for the layers of the classifier's head, whose tensors are small enough for plain loops.

extension Tensor {
  /// Adds `factor` times a row of another tensor, as wide as this one, to a row.
  mutating func add(_ factor: Float, timesRow sourceRow: Int, of source: Tensor, toRow row: Int) {
    precondition(source.columns == columns)
    let (width, start) = (columns, row * columns)
    let addend = source.values.span.extracting(sourceRow * width..<(sourceRow + 1) * width)
    var sums = values.mutableSpan
    for column in 0..<width { sums[start + column] += factor * addend[column] }
  }

  /// [columns][rows]: rows become columns.
  var transposed: Tensor {
    var result = Tensor(rows: columns, columns: rows)
    for row in 0..<rows {
      for column in 0..<columns { result.values[column * rows + row] = values[row * columns + column] }
    }
    return result
  }

  /// The sum of each column, in double precision.
  var columnSums: [Double] {
    var sums = [Double](repeating: 0, count: columns)
    for row in 0..<rows {
      for column in 0..<columns { sums[column] += Double(values[row * columns + column]) }
    }
    return sums
  }

  /// A vector, from numbers in double precision.
  init(vector numbers: [Double]) {
    self.init(rows: 1, columns: numbers.count, values: numbers.map { Float($0) })
  }
}
