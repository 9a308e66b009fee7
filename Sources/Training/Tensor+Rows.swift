// What the layers of the classifier's head are made of: its tensors are small, and plain loops will do.

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

  /// A vector of numbers that were computed in double precision.
  init(vector numbers: [Double]) {
    self.init(rows: 1, columns: numbers.count, values: numbers.map { Float($0) })
  }
}
