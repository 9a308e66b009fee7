internal import Kernels

/// A tweet's answers of all steps → one row: the last, the greatest and the mean of each unit, 3E numbers.
///
/// Only steps of real tokens are folded in; there is no padding anywhere.
struct ConcatPooling: Sendable {
  /// E: units of the last layer.
  let units: Int

  /// Folds in the answers of one step of the first `rows` tweets, which stand in `answers` from row `first` on.
  /// The first step of a tweet starts afresh.
  func fold(_ answers: FloatMatrix, first: Int, rows: Int, isStart: Bool, into pooled: FloatMatrix) {
    for row in 0..<rows {
      pooled.pool(row: row, of: answers, row: first + row, first: isStart, maximum: units, sum: 2 * units)
    }
  }

  /// Ends a tweet of `length` tokens, whose last answer is row `answer`, at the step that has just been folded
  /// in.
  func finish(_ answers: FloatMatrix, answer: Int, row: Int, length: Int, in pooled: FloatMatrix) {
    pooled.copy(row: row, column: 0, from: answers, row: answer, count: units)
    pooled.divide(row: row, columns: 2 * units..<3 * units, by: Float(length))
  }
}
