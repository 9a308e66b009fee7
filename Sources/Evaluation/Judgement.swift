/// What a model says of one text whose label is known.
package struct Judgement: Equatable, Sendable {
  /// The index of the true label.
  package let truth: Int
  /// The probability of each label; they add up to 1.
  package let probabilities: [Double]

  package init(truth: Int, probabilities: [Double]) {
    self.truth = truth
    self.probabilities = probabilities
  }
}
