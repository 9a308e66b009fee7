/// Makes a tweet ready for the tokenizer: removes what is not text, and what gave the tweet its label.
///
/// A total function: any bytes in, valid UTF-8 out, in time proportional to the length. Nothing is allocated
/// once `output` has room.
///
/// ```swift
/// var cleaned: [UInt8] = []
/// Cleaner(.standard).clean("@ana ¡qué día! :) http://t.co/x".utf8.span, appendingTo: &cleaned)   // ¡qué
/// día!
/// ```
package struct Cleaner: Sendable {
  package let profile: CleaningProfile
  private let table = ScalarTable.shared

  package init(_ profile: CleaningProfile) {
    self.profile = profile
  }

  /// Appends the cleaned form of `text` to `output`.
  ///
  /// Ill-formed UTF-8 is read as U+FFFD, which both profiles then remove (it lies in the case study's emoji
  /// range). Cost: 1 to 2 µs for an ordinary tweet.
  package func clean(_ text: Span<UInt8>, appendingTo output: inout [UInt8]) {
    switch profile {
    case .standard: StandardCleaning.clean(text, table: table, appendingTo: &output)
    case .notebook: NotebookCleaning.clean(text, table: table, appendingTo: &output)
    }
  }
}
