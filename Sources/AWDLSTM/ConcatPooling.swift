internal import Kernels

/// A tweet's answers of all steps → one row: the last, the greatest and the mean of each unit, 3E numbers.
///
/// Only steps of real tokens are folded in; there is no padding anywhere.
struct ConcatPooling: Sendable {
  /// E: units of the last layer.
  let units: Int

  /// Folds in the answers of one step for the first `rows` tweets. The first step starts afresh.
  func fold(_ answers: FloatMatrix, rows: Int, first: Bool, into pooled: FloatMatrix) {
    for row in 0..<rows {
      pooled.pool(row: row, of: answers, first: first, maximum: units, sum: 2 * units)
    }
  }

  /// Ends a tweet of `length` tokens at the step that has just been folded in.
  func finish(_ answers: FloatMatrix, row: Int, length: Int, in pooled: FloatMatrix) {
    pooled.copy(row: row, column: 0, from: answers, count: units)
    pooled.divide(row: row, columns: 2 * units..<3 * units, by: Float(length))
  }
}
