internal import Datasets

/// The function that the marks of a model minimise: the weighted loss of all examples plus a penalty on each mark.
///
/// There is one parameter per mark and score (with two labels one score, the log-odds of the second). The penalty on
/// a mark that occurs in n texts is half of `pull` · (1 + `rarity` / n) times the squares of its parameters: a rare
/// mark needs strong evidence. A text's loss is that of its offsets plus the parameters of its marks, combined as in
/// `MarkTerm`.
struct MarkObjective {
  private let examples: MarkExamples
  private let scores: Int
  private let pulls: [Double]

  init(_ examples: MarkExamples, labels: Int, _ recipe: MarkRecipe) {
    self.examples = examples
    scores = LogisticLoss.scores(labels: labels)
    pulls = examples.counts.map { recipe.pull * (1 + recipe.rarity / Double(max($0, 1))) }
  }

  /// Where training starts: zeros.
  var start: [Double] { [Double](repeating: 0, count: examples.marks.count * scores) }

  /// Computes the loss and its gradient.
  func evaluate(_ parameters: [Double], gradient: inout [Double]) -> Double {
    var loss = 0.0
    for index in parameters.indices {
      let pull = pulls[index / scores]
      gradient[index] = pull * parameters[index]
      loss += pull / 2 * parameters[index] * parameters[index]
    }
    var slopes = [Double](repeating: 0, count: scores)
    for row in 0..<examples.count {
      let answer = self.answer(to: row, parameters)
      let weight = examples.weights[row]
      var span = slopes.mutableSpan
      loss += weight * LogisticLoss.evaluate(answer.span, examples.targets[row], slopes: &span)
      for place in examples.starts[row]..<examples.starts[row + 1] {
        let first = examples.numbers[place] * scores
        for score in 0..<scores {
          gradient[first + score] += weight * slopes[score] * examples.factors[place]
        }
      }
    }
    return loss
  }

  /// The scores of a text with its marks.
  func answer(to row: Int, _ parameters: [Double]) -> [Double] {
    var answer = examples.offsets[row]
    for place in examples.starts[row]..<examples.starts[row + 1] {
      let first = examples.numbers[place] * scores
      for score in 0..<scores { answer[score] += parameters[first + score] * examples.factors[place] }
    }
    return answer
  }
}

/// How marks are trained.
package struct MarkRecipe: Equatable, Sendable {
  /// The number of texts that a mark must occur in.
  package var least = 3
  /// The strength of the penalty: the reciprocal of the expected variance of the parameters.
  package var pull = 0.2
  /// The additional penalty on a mark that occurs in a single text, relative to `pull`.
  package var rarity = 2.0
  /// The maximum number of steps of the solver.
  package var iterations = 200

  package init() {}
}
