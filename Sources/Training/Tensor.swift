/// A matrix of single-precision numbers, row by row without gaps; a vector is a matrix of one row.
///
/// A value: weights, their gradients and an optimiser's moments are all made of these.
package struct Tensor: Equatable, Sendable {
  package private(set) var rows: Int
  package private(set) var columns: Int
  /// [rows][columns].
  package var values: [Float]

  /// A tensor of zeros.
  package init(rows: Int, columns: Int) {
    self.init(rows: rows, columns: columns, values: [Float](repeating: 0, count: rows * columns))
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

  /// Takes another shape; what the numbers are then is not said. Keeps its memory when that is large enough.
  package mutating func resize(rows: Int, columns: Int) {
    let count = rows * columns
    if values.count > count {
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
