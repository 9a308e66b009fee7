internal import Sentiment

/// Which label is said of a text, given how probable each is.
struct Decision {
  /// The label that has to be more probable than the threshold; nil where the likeliest one is said.
  private let favoured: Int?
  private let threshold: Int32

  /// - Parameters:
  ///   - labels: the model's.
  ///   - threshold: in millionths; has no meaning unless there are two labels.
  init(labels: [String], threshold: Int) {
    favoured = labels.count == 2 ? labels.firstIndex(of: "positive") ?? 1 : nil
    self.threshold = Int32(clamping: threshold)
  }

  /// The label to say; of equals the first.
  ///
  /// - Parameter probabilities: of each label in millionths; they add up to 1,000,000.
  func label(_ probabilities: ArraySlice<Int32>) -> Int {
    let start = probabilities.startIndex
    if let favoured, threshold != Rendering.evenThreshold {
      return probabilities[start + favoured] > threshold ? favoured : 1 - favoured
    }
    var best = start
    for index in probabilities.indices where probabilities[index] > probabilities[best] { best = index }
    return best - start
  }
}

/// The answer for one text.
struct Score {
  /// The label that is said.
  let label: Int
  /// The probability of each label, in millionths.
  let probabilities: ArraySlice<Int32>

  init(of text: Int, in batch: ScoringBatch, labels: Int, by decision: Decision) {
    probabilities = batch.probabilities[(text * labels)..<((text + 1) * labels)]
    label = decision.label(probabilities)
  }

  /// The probability of `label`, in millionths.
  func probability(of label: Int) -> Int {
    Int(probabilities[probabilities.startIndex + label])
  }
}
