/// Texts by rising score, to tell how well the score parts the positive ones from the others.
///
/// Sorted once, so that the areas of many resamples cost one pass each.
package struct ScoreRanking: Sendable {
  /// How many texts there are, those that do not count included.
  private let count: Int
  /// The indices of the texts that count, by rising score.
  private let order: [Int]
  /// Whether the text at each place of the order is positive.
  private let isPositive: [Bool]
  /// Whether the text at each position has a higher score than the previous one.
  private let isGreater: [Bool]

  /// - Parameters:
  ///   - scores: of each text.
  ///   - isPositive: whether each text is.
  package init(scores: [Double], isPositive: [Bool]) {
    precondition(scores.count == isPositive.count, "each score needs a truth")
    self.init(scores: scores, isPositive: isPositive, of: Array(scores.indices))
  }

  /// Ranks judgements by the probability of one label.
  ///
  /// - Parameter negative: the label to separate it from; nil for all others. If it is given, texts of any third
  ///   label do not count, and the score is what the two labels' probabilities are of their sum.
  package init(_ judgements: [Judgement], positive: Int, negative: Int? = nil) {
    let texts = judgements.indices.filter { text in
      negative == nil || [positive, negative].contains(judgements[text].truth)
    }
    self.init(
      scores: judgements.map { $0.score(of: positive, against: negative) },
      isPositive: judgements.map { $0.truth == positive }, of: texts)
  }

  private init(scores: [Double], isPositive: [Bool], of texts: [Int]) {
    count = scores.count
    let order = texts.sorted { scores[$0] < scores[$1] }
    self.order = order
    self.isPositive = order.map { isPositive[$0] }
    isGreater = order.indices.map { $0 > 0 && scores[order[$0]] > scores[order[$0 - 1]] }
  }

  /// The area under the ROC curve: the probability that a positive text has a greater score than another one,
  /// equal scores counted half (the Mann–Whitney statistic; Hanley & McNeil 1982).
  ///
  /// Nil when all texts are positive, or none is.
  package var areaUnderCurve: Double? {
    areaUnderCurve(counts: Array(repeating: 1, count: count))
  }

  /// The same with each text repeated a number of times.
  package func areaUnderCurve(counts: [Int]) -> Double? {
    var below = 0
    var ties = (positive: 0, other: 0)
    var positives = 0
    var halfPairs = 0
    for place in order.indices {
      if isGreater[place] {
        below += ties.other
        ties = (0, 0)
      }
      let count = counts[order[place]]
      if isPositive[place] {
        positives += count
        ties.positive += count
        halfPairs += count * (2 * below + ties.other)
      } else {
        ties.other += count
        halfPairs += count * ties.positive
      }
    }
    let others = below + ties.other
    guard positives > 0, others > 0 else { return nil }
    return Double(halfPairs) / (2 * Double(positives) * Double(others))
  }
}

extension Judgement {
  /// How probable a label is, be it of the sum of its probability and that of another one.
  package func score(of label: Int, against other: Int?) -> Double {
    guard let other else { return probabilities[label] }
    let sum = probabilities[label] + probabilities[other]
    return sum > 0 ? probabilities[label] / sum : 0.5
  }
}
