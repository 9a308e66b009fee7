/// How tweets are cleaned before they are cut into tokens.
package enum CleaningProfile: String, CaseIterable, Sendable {
  /// Leaves the words and punctuation, and no trace of what labelled the tweet: see `StandardCleaning`.
  case standard
  /// What the case study's `cleanup()` gives, byte for byte, with its faults: see `NotebookCleaning`.
  case notebook
}
