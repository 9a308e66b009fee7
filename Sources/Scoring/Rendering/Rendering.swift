package import Tweets

/// What is said of tweets, and what outputs look like.
package struct Rendering: Equatable, Sendable {
  /// What is written of a labelled line.
  package enum Emit: String, CaseIterable, Sendable {
    /// The input object's own bytes with a member `sentiment` added.
    case merge
    /// A new small object: line, id, label, score, probabilities.
    case compact
    /// The label alone.
    case label
  }

  /// How a line that cannot be labelled is reported.
  package enum BadLines: Sendable {
    /// An object with its number and the error takes its place.
    case inline
    /// It is left out.
    case skip
    /// It is left out, and becomes an object with all that is known of it in the chunk's `rejects`.
    case deadLetter
    /// Nothing is written from the first such line on.
    case stop
  }

  /// What is written of a labelled line.
  package var emit: Emit
  /// How a line that cannot be labelled is reported.
  package var badLines: BadLines
  /// Which labels are said.
  package enum Labels: String, CaseIterable, Sendable {
    /// All of the model's.
    case all
    /// Positive and negative, as probable as they are of one another.
    case two = "2"
  }

  /// How probable `positive` must be to be said, in millionths: more than this; else it is `negative`.
  package var threshold: Int
  /// Which labels are said.
  package var labels: Labels
  /// How much probability must go from one label to another to change the answer, in millionths; where it is less, the
  /// answer is withheld. 0 to answer always.
  package var abstention: Int
  /// Whether every line is answered by exactly one, blank and bad ones too.
  package var isLockstep: Bool

  /// The threshold with which the likelier label is said.
  package static let evenThreshold = 500_000

  /// What is said where the answer is withheld.
  package static let abstain = "abstain"

  /// Outputs that look so.
  package init(
    emit: Emit = .merge, badLines: BadLines = .inline, threshold: Int = evenThreshold, labels: Labels = .all,
    abstention: Int = 0, isLockstep: Bool = false
  ) {
    self.emit = emit
    self.badLines = badLines
    self.threshold = threshold
    self.labels = labels
    self.abstention = abstention
    self.isLockstep = isLockstep
  }

  /// How inputs are read for outputs that look so.
  package func reading(_ options: ReadingOptions) -> ReadingOptions {
    var options = options
    options.isLockstep = isLockstep
    options.keepsBlankLines = isLockstep || emit == .label
    return options
  }

  /// Whether the threshold has a meaning for a model whose answers are these labels.
  package func thresholdApplies(to answers: [String]) -> Bool {
    threshold == Self.evenThreshold || Decision.favoured(of: answers) != nil
  }

  /// The labels that have a probability, of a model with `labels`; nil where the model lacks those that are asked for.
  package func answers(of labels: [String]) -> [String]? {
    guard self.labels == .two, labels.count > 2 else { return labels }
    return Polarity(of: labels).map { _ in labels.filter { $0 == "negative" || $0 == "positive" } }
  }
}
