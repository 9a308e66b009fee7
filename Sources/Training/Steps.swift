/// Which token of a minibatch is worked on when: the tokens of the first step of all rows, then those of the second,
/// and so on, with nothing for rows that have ended.
///
/// Rows come in order of falling length, so a step works on the first rows of the step before it. A matrix of
/// activations has one row a token in this order; the tokens of step t are its rows `first[t]..<first[t + 1]`.
package struct Steps: Equatable, Sendable {
  /// Where each step's tokens begin, and at last how many tokens there are: steps + 1 numbers.
  package let first: [Int]

  /// - Parameter lengths: tokens of each row, falling.
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

  /// How many steps there are: the length of the longest row.
  package var count: Int { first.count - 1 }
  package var tokens: Int { first[count] }

  /// How many rows have a token at a step.
  package func rows(at step: Int) -> Int { first[step + 1] - first[step] }

  /// How many rows have any.
  package var rows: Int { count > 0 ? rows(at: 0) : 0 }
}
