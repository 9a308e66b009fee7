/// How many texts of each true label were given each label, and what follows from that.
///
/// A ratio whose denominator is 0 is 0, as in scikit-learn.
package struct ConfusionMatrix: Equatable, Sendable {
  /// How many labels there are.
  package let labelCount: Int
  /// [truth][answer]
  private var counts: [Int]

  /// A matrix of zeros.
  package init(labelCount: Int) {
    self.labelCount = labelCount
    counts = Array(repeating: 0, count: labelCount * labelCount)
  }

  /// The matrix of some judgements.
  package init(_ judgements: [Judgement], labelCount: Int) {
    self.init(labelCount: labelCount)
    for judgement in judgements { add(truth: judgement.truth, answer: judgement.answer) }
  }

  /// How many texts labelled `truth` were given the label `answer`.
  package subscript(truth truth: Int, answer answer: Int) -> Int {
    counts[truth * labelCount + answer]
  }

  /// Counts some texts.
  package mutating func add(truth: Int, answer: Int, count: Int = 1) {
    counts[truth * labelCount + answer] += count
  }

  /// How many texts there are.
  package var total: Int { counts.reduce(0, +) }

  /// How many texts have the label.
  package func actual(_ label: Int) -> Int {
    (0..<labelCount).reduce(0) { $0 + self[truth: label, answer: $1] }
  }

  /// How many texts were given the label.
  package func answered(_ label: Int) -> Int {
    (0..<labelCount).reduce(0) { $0 + self[truth: $1, answer: label] }
  }

  /// The share of texts that were given their true label.
  package var accuracy: Double {
    ratio((0..<labelCount).reduce(0) { $0 + self[truth: $1, answer: $1] }, total)
  }

  /// Of the texts that were given the label, the share that has it.
  package func precision(of label: Int) -> Double {
    ratio(self[truth: label, answer: label], answered(label))
  }

  /// Of the texts that have the label, the share that was given it.
  package func recall(of label: Int) -> Double {
    ratio(self[truth: label, answer: label], actual(label))
  }

  /// The harmonic mean of precision and recall.
  package func f1(of label: Int) -> Double {
    ratio(2 * self[truth: label, answer: label], actual(label) + answered(label))
  }

  /// The mean F1 of the labels that occur, be it as truths or as answers.
  package var macroF1: Double {
    let occurring = (0..<labelCount).filter { actual($0) + answered($0) > 0 }
    guard !occurring.isEmpty else { return 0 }
    return occurring.reduce(0) { $0 + f1(of: $1) } / Double(occurring.count)
  }

  private func ratio(_ part: Int, _ whole: Int) -> Double {
    whole == 0 ? 0 : Double(part) / Double(whole)
  }
}
