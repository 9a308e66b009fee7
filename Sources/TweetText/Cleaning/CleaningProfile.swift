/// How tweets are cleaned before they are cut into tokens.
package enum CleaningProfile: String, CaseIterable, Sendable {
  /// Leaves the words and punctuation, and no trace of what labelled the tweet: see `StandardCleaning`.
  case standard
  /// The same, and what people write in many ways becomes one: laughter is one word of four letters (see
  /// `Laughter`), and hashtags in small letters are divided into the words of the vocabulary (see
  /// `HashtagSplitter`).
  case standard2 = "standard-2"
  /// What the case study's `cleanup()` gives, byte for byte, with its faults: see `NotebookCleaning`.
  case notebook
}
