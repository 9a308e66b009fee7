internal import Datasets

/// What the marks of a model make least: the weighted loss of all examples, and what holds each mark back.
///
/// A parameter for each mark and score (of two labels one score, the log-odds of the second). Of mark m, half of
/// `pull` · (1 + `rarity` / n) times the squares of its parameters is added, where n texts have it: a mark that is seldom
/// seen has to be far out to count. A text's loss is that of its offsets plus its marks' parameters, as `MarkTerm` adds
/// them up.
struct MarkObjective {
  private let examples: MarkExamples
  private let scores: Int
  private let pulls: [Double]

  init(_ examples: MarkExamples, labels: Int, _ recipe: MarkRecipe) {
    self.examples = examples
    scores = LogisticLoss.scores(labels: labels)
    pulls = examples.counts.map { recipe.pull * (1 + recipe.rarity / Double(max($0, 1))) }
  }

  /// Where training starts: nothing.
  var start: [Double] { [Double](repeating: 0, count: examples.marks.count * scores) }

  /// Computes the loss, and how it changes with each parameter.
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

/// How marks are learnt.
package struct MarkRecipe: Equatable, Sendable {
  /// In how many texts a mark must be.
  package var least = 3
  /// How strongly each mark is held back: as much as one over the variance of what marks are worth.
  package var pull = 0.2
  /// How much more a mark is held back that one text has.
  package var rarity = 2.0
  /// Steps of the solver at most.
  package var iterations = 200

  package init() {}
}
