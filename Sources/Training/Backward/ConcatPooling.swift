/// The last layer's answers to all tokens → one row per tweet: the last, the maximum and the mean of each unit over
/// the tweet's tokens (Howard & Ruder 2018).
///
/// The same sums in the same order as at inference.
package enum ConcatPooling {
  /// What the backward pass needs.
  package struct Tape: Sendable {
    package let steps: Steps
    /// The token with the maximum of each unit, [rows][E]; the first of several, as in PyTorch.
    fileprivate var greatest: [Int]
  }

  /// - Parameter answers: [tokens][E], in the order of `steps`.
  /// - Returns: [rows][3E], for the rows that have tokens.
  package static func forward(_ answers: Tensor, steps: Steps) -> (pooled: Tensor, tape: Tape) {
    precondition(answers.rows == steps.tokens)
    var pooled = Tensor(rows: steps.rows, columns: 3 * answers.columns)
    var tape = Tape(steps: steps, greatest: [Int](repeating: 0, count: steps.rows * answers.columns))
    for step in 0..<steps.count {
      for row in 0..<steps.rows(at: step) {
        fold(answers, step: step, row: row, into: &pooled, &tape)
        guard steps.isLast(step, of: row) else { continue }
        finish(answers, token: steps.first[step] + row, row: row, length: step + 1, in: &pooled)
      }
    }
    return (pooled, tape)
  }

  /// - Parameter gradient: of what `forward` gave, [rows][3E].
  /// - Returns: the gradient of the answers, [tokens][E].
  package static func backward(_ gradient: Tensor, _ tape: Tape) -> Tensor {
    let (steps, units) = (tape.steps, gradient.columns / 3)
    precondition(gradient.rows == steps.rows && gradient.columns == 3 * units)
    var answers = Tensor(rows: steps.tokens, columns: units)
    let lengths = steps.lengths
    for step in 0..<steps.count {
      for row in 0..<steps.rows(at: step) {
        let isLast = steps.isLast(step, of: row)
        let (token, share) = (steps.first[step] + row, 1 / Float(lengths[row]))
        for unit in 0..<units {
          let feature = row * 3 * units + unit
          var sum = gradient.values[feature + 2 * units] * share
          if isLast { sum += gradient.values[feature] }
          if tape.greatest[row * units + unit] == token { sum += gradient.values[feature + units] }
          answers.values[token * units + unit] = sum
        }
      }
    }
    return answers
  }

  /// Folds one token into the maxima and sums of its row.
  private static func fold(
    _ answers: Tensor, step: Int, row: Int, into pooled: inout Tensor, _ tape: inout Tape
  ) {
    let (token, units) = (tape.steps.first[step] + row, answers.columns)
    for unit in 0..<units {
      let answer = answers.values[token * units + unit]
      let greatest = (3 * row + 1) * units + unit
      if step == 0 || answer > pooled.values[greatest] {
        pooled.values[greatest] = answer
        tape.greatest[row * units + unit] = token
      }
      pooled.values[greatest + units] += answer
    }
  }

  /// Finishes a row: stores the answer to its last token, and turns the sum into the mean.
  private static func finish(
    _ answers: Tensor, token: Int, row: Int, length: Int, in pooled: inout Tensor
  ) {
    let units = answers.columns
    for unit in 0..<units {
      pooled.values[3 * row * units + unit] = answers.values[token * units + unit]
      pooled.values[(3 * row + 2) * units + unit] /= Float(length)
    }
  }
}

extension Steps {
  /// Whether a row's token at this step is its last.
  fileprivate func isLast(_ step: Int, of row: Int) -> Bool {
    step + 1 == count || row >= rows(at: step + 1)
  }

  /// The number of tokens of each row that has any.
  fileprivate var lengths: [Int] {
    var lengths = [Int](repeating: 0, count: rows)
    for step in 0..<count {
      for row in 0..<rows(at: step) { lengths[row] = step + 1 }
    }
    return lengths
  }
}
