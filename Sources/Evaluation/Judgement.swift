internal import Glibc

/// A model's prediction for one text whose label is known.
package struct Judgement: Equatable, Sendable {
  /// The index of the true label.
  package let truth: Int
  /// The probability of each label; they add up to 1.
  package let probabilities: [Double]
  /// Whether the text holds nothing to judge, such as a link alone.
  package let hasNothingToJudge: Bool

  /// Probabilities are given in millionths; what is less than half of one counts as that much, so that a loss is
  /// never infinite.
  package static let leastProbability = 5e-7

  package init(truth: Int, probabilities: [Double], hasNothingToJudge: Bool = false) {
    precondition(probabilities.indices.contains(truth), "the true label must be one of the labels")
    self.truth = truth
    self.probabilities = probabilities
    self.hasNothingToJudge = hasNothingToJudge
  }

  /// The index of the predicted label: the most probable; the first of equals.
  package var answer: Int {
    probabilities.indices.reduce(0) { best, label in
      probabilities[label] > probabilities[best] ? label : best
    }
  }

  /// Whether the label that is given is the true one.
  package var isRight: Bool { answer == truth }

  /// The probability of the label that is given: how sure the model says it is.
  package var confidence: Double { probabilities[answer] }

  /// The cross-entropy in nats: −ln of the probability of the true label.
  package var loss: Double { -log(max(probabilities[truth], Self.leastProbability)) }
}

extension [Judgement] {
  /// The mean loss in nats (log loss); 0 for no judgements.
  package var logLoss: Double {
    isEmpty ? 0 : reduce(0) { $0 + $1.loss } / Double(count)
  }

  /// The indices of the `count` judgements with the highest losses, the highest first; ties in their order.
  package func indicesOfTopLosses(_ count: Int) -> [Int] {
    let losses = map(\.loss)
    return indices.sorted { (losses[$1], $0) < (losses[$0], $1) }.prefix(count).map(\.self)
  }
}
