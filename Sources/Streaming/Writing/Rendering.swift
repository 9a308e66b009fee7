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

  /// What becomes of a line that cannot be labelled.
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
  /// What becomes of a line that cannot be labelled.
  package var badLines: BadLines
  /// How probable `positive` must be to be said, in millionths: more than this; else it is `negative`.
  package var threshold: Int

  /// The threshold with which the likelier label is said.
  package static let evenThreshold = 500_000

  /// Outputs that look so.
  package init(emit: Emit = .merge, badLines: BadLines = .inline, threshold: Int = evenThreshold) {
    self.emit = emit
    self.badLines = badLines
    self.threshold = threshold
  }
}
