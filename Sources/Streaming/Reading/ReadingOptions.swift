/// How inputs are to be read.
package struct ReadingOptions: Equatable, Sendable {
  /// How an input's bytes stand for characters.
  package enum Encoding: String, CaseIterable, Sendable {
    case utf8 = "utf-8"
    case latin1 = "iso-8859-1"
    case windows1252 = "windows-1252"
  }

  /// What becomes of a line that is not valid UTF-8.
  package enum InvalidUTF8: String, CaseIterable, Sendable {
    /// It is rejected.
    case reject
    /// Each ill-formed sequence becomes U+FFFD.
    case replace
  }

  /// The format, or nil to tell it by the file's name and its first non-blank byte.
  package var format: InputFormat?
  /// The names under which a JSON object or a CSV header may hold the text, the likeliest first.
  package var textKeys = ["text", "full_text", "tweet", "content"]
  /// How bytes stand for characters.
  package var encoding = Encoding.utf8
  /// What becomes of a line that is not valid UTF-8.
  package var invalidUTF8 = InvalidUTF8.reject
  /// Lines longer than this, in bytes, are rejected and never held in memory.
  package var maximumLineLength = 1 << 20

  /// The defaults.
  package init() {}
}
