internal import Sentiment

/// Which label is said of a text, given how probable each is.
///
/// Allocates nothing.
struct Decision {
  /// The label that has to be more probable than the threshold; nil where the likeliest one is said.
  private let favoured: Int?
  private let threshold: Int32
  /// By how much the answer must be clear of another one; nil where none is withheld.
  private let abstention: Int32?
  /// How many labels have a probability.
  private let count: Int
  /// The label to say where there is nothing to judge; nil where none is for that.
  let neutral: Int?

  /// - Parameters:
  ///   - labels: those that probabilities are of.
  ///   - threshold: in millionths; has no meaning for more than two labels of which none is `positive`.
  ///   - abstention: how much probability must go from one label to another to change the answer, in millionths: the
  ///     answer is withheld where it is less.
  init(labels: [String], threshold: Int, abstention: Int = 0) {
    favoured = Self.favoured(of: labels)
    self.threshold = Int32(clamping: threshold)
    self.abstention = abstention > 0 ? Int32(clamping: abstention) : nil
    count = labels.count
    neutral = labels.firstIndex(of: SentimentScorer.neutralLabel)
  }

  /// The label that a threshold is for, as its place: `positive`, or the second of two; nil where there is neither.
  static func favoured(of labels: [String]) -> Int? {
    labels.firstIndex(of: "positive") ?? (labels.count == 2 ? 1 : nil)
  }

  /// The label to say; of equals the first. Where the answer is withheld, the one behind the last.
  ///
  /// - Parameter probabilities: of each label in millionths; they add up to 1,000,000.
  func label(_ probabilities: ArraySlice<Int32>) -> Int {
    let start = probabilities.startIndex
    var other: Int?
    if let favoured, threshold != Rendering.evenThreshold {
      let probability = probabilities[start + favoured]
      if let abstention, abs(probability - threshold) < abstention { return count }
      guard probability <= threshold else { return favoured }
      other = favoured
    }
    let best = likeliest(of: probabilities, besides: other)
    guard let abstention else { return best - start }
    for index in probabilities.indices where index != best && index - start != other {
      // What one of two labels loses the other one gains.
      if probabilities[best] - probabilities[index] < 2 * abstention { return count }
    }
    return best - start
  }

  /// The index of the likeliest label, one label left out; of equals the first.
  private func likeliest(of probabilities: ArraySlice<Int32>, besides other: Int? = nil) -> Int {
    let start = probabilities.startIndex
    var best = other == 0 ? start + 1 : start
    for index in probabilities.indices
    where probabilities[index] > probabilities[best] && index - start != other { best = index }
    return best
  }
}

/// The two labels of a model that are said in place of all, and how probable they are of one another.
struct Polarity: Equatable, Sendable {
  /// Where they are among the model's labels, in its order.
  private let first: Int
  private let second: Int
  private let count: Int

  /// Nil for labels without `positive` and `negative`.
  init?(of labels: [String]) {
    guard let negative = labels.firstIndex(of: "negative"), let positive = labels.firstIndex(of: "positive")
    else { return nil }
    (first, second, count) = (min(negative, positive), max(negative, positive), labels.count)
  }

  /// Puts the probabilities of the two, which add up to 1,000,000, in place of those of all labels, text by text.
  func reduce(_ probabilities: [Int32], into reduced: inout [Int32]) {
    reduced.removeAll(keepingCapacity: true)
    for start in stride(from: 0, to: probabilities.count, by: count) {
      let (one, other) = (Int(probabilities[start + first]), Int(probabilities[start + second]))
      let sum = one + other
      let share = sum == 0 ? 500_000 : (one * 1_000_000 + sum / 2) / sum
      reduced.append(Int32(share))
      reduced.append(Int32(1_000_000 - share))
    }
  }
}

/// The answer for one text.
struct Score {
  /// The label that is said; nil where there is nothing to judge, and no label for that.
  let label: Int?
  /// Whether the text holds nothing to judge: such answers are in no share and no mean.
  let isUnjudged: Bool
  /// The probability of each label, in millionths.
  let probabilities: ArraySlice<Int32>

  /// - Parameters:
  ///   - all: of all texts, `labels` each.
  ///   - isUnjudged: whether the text holds nothing to judge.
  init(of text: Int, in all: [Int32], labels: Int, by decision: Decision, isUnjudged: Bool = false) {
    probabilities = all[(text * labels)..<((text + 1) * labels)]
    label = isUnjudged ? decision.neutral : decision.label(probabilities)
    self.isUnjudged = isUnjudged
  }

  /// The probability of `label`, in millionths.
  func probability(of label: Int) -> Int {
    Int(probabilities[probabilities.startIndex + label])
  }

  /// The most probable label; nil where there are none.
  var likeliest: Int? {
    probabilities.indices.max { (probabilities[$0], $1) < (probabilities[$1], $0) }.map {
      $0 - probabilities.startIndex
    }
  }

  /// The probability of the label that is said, in millionths; where no label is said, of the likeliest.
  var certainty: Int {
    if let label, label < probabilities.count { return probability(of: label) }
    return Int(probabilities.max() ?? 0)
  }
}
