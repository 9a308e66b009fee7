/// Two models on the same texts.
package struct Comparison: Sendable {
  /// What both are about the texts whose labels are known.
  package struct Accuracy: Equatable, Sendable {
    /// The first model's answers, the second's, against the truth.
    package let first: ConfusionMatrix
    package let second: ConfusionMatrix
    package let intervals: Bootstrap.PairedIntervals
    package let test: McNemarTest
  }

  /// A text about which the models differ.
  package struct Difference: Equatable, Sendable {
    /// Its place among the texts.
    package let text: Int
    /// The greatest difference between the probabilities of a label.
    package let size: Double
  }

  package let agreement: Agreement
  /// Nil when no text has a known label.
  package let accuracy: Accuracy?

  private let first: [[Double]]
  private let second: [[Double]]

  /// - Parameters:
  ///   - first: for each text the probabilities that the first model gives the labels.
  ///   - second: the same of the second model.
  ///   - truths: each text's label; nil where it is not known.
  package init(
    _ first: [[Double]], _ second: [[Double]], truths: [Int?], labelCount: Int, bootstrap: Bootstrap = .init()
  ) {
    precondition(first.count == second.count && first.count == truths.count, "both models need all texts")
    (self.first, self.second) = (first, second)
    agreement = Agreement(first.map(\.likeliest), second.map(\.likeliest), labelCount: labelCount)
    let known = truths.indices.filter { truths[$0] != nil }
    func judgements(_ probabilities: [[Double]]) -> [Judgement] {
      known.map { Judgement(truth: truths[$0] ?? 0, probabilities: probabilities[$0]) }
    }
    let judged = (judgements(first), judgements(second))
    accuracy =
      known.isEmpty
      ? nil
      : Accuracy(
        first: ConfusionMatrix(judged.0, labelCount: labelCount),
        second: ConfusionMatrix(judged.1, labelCount: labelCount),
        intervals: bootstrap.intervals(judged.0, judged.1, labelCount: labelCount),
        test: McNemarTest(judged.0, judged.1))
  }

  /// The texts about which the models differ most, by falling difference; ties in their order. Texts of equal
  /// probabilities are none.
  package func greatestDifferences(_ count: Int) -> [Difference] {
    let sizes = zip(first, second).map { zip($0, $1).map { abs($0 - $1) }.max() ?? 0 }
    return sizes.indices.filter { sizes[$0] > 0 }.sorted { (-sizes[$0], $0) < (-sizes[$1], $1) }.prefix(count)
      .map { Difference(text: $0, size: sizes[$0]) }
  }
}

extension [Double] {
  /// The place of the greatest number; the first of equals.
  package var likeliest: Int { indices.reduce(0) { self[$1] > self[$0] ? $1 : $0 } }
}
