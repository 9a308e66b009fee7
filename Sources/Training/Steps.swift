/// The order in which the tokens of a minibatch are processed: the first token of every row, then the second, and so
/// on; rows that have ended are left out.
///
/// Rows are sorted by decreasing length, so the rows of a step are the first rows of the step before it. A matrix of
/// activations has one row per token in this order; the tokens of step t are its rows `first[t]..<first[t + 1]`.
package struct Steps: Equatable, Sendable {
  /// The first token of each step, then the number of tokens: steps + 1 numbers.
  package let first: [Int]

  /// - Parameter lengths: tokens of each row, in decreasing order.
  package init(lengths: [Int]) {
    var first = [0]
    var rows = lengths.count
    for step in 0..<(lengths.first ?? 0) {
      while rows > 0, lengths[rows - 1] <= step { rows -= 1 }
      first.append(first[step] + rows)
    }
    self.first = first
  }

  /// All rows equally long, as in a language model's minibatch.
  package init(rows: Int, length: Int) {
    first = (0...length).map { $0 * rows }
  }

  /// The number of steps: the length of the longest row.
  package var count: Int { first.count - 1 }
  package var tokens: Int { first[count] }

  /// The number of rows with a token at a step.
  package func rows(at step: Int) -> Int { first[step + 1] - first[step] }

  /// The tokens of these rows in the order in which they are processed.
  func interleaved(_ rows: [[Int32]]) -> [Int32] {
    var ids: [Int32] = []
    ids.reserveCapacity(tokens)
    for step in 0..<count {
      for row in 0..<self.rows(at: step) { ids.append(rows[row][step]) }
    }
    return ids
  }

  /// The number of rows with any token.
  package var rows: Int { count > 0 ? rows(at: 0) : 0 }
}
