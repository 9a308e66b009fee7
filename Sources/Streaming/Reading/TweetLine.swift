/// One non-blank line of an input, or one CSV record: where it came from and where its bytes are now.
package struct TweetLine: Sendable {
  /// The line's number in its input, from 1; blank lines count, a CSV record has its first line's.
  package let number: Int
  /// Where it begins in its (decompressed) input, in bytes.
  package let offset: Int
  /// How long it is in its input, in bytes, without the line end.
  package let length: Int
  /// Where its bytes are in the chunk's `bytes`; empty when the line was too long to keep.
  package let range: Range<Int>
  /// Why it cannot be labelled, as far as the reader could tell.
  package let rejection: Rejection?
}

/// Why a line was not labelled.
package struct Rejection: Error, Equatable, Sendable {
  /// The closed set of reasons, as they are written into outputs and metrics.
  package enum Reason: String, CaseIterable, Sendable {
    case badJSON = "bad_json"
    case notObject = "not_object"
    case noText = "no_text"
    case textNotString = "text_not_string"
    case invalidUTF8 = "invalid_utf8"
    case lineTooLong = "line_too_long"
    case nestingTooDeep = "nesting_too_deep"
  }

  /// Which of the reasons.
  package let reason: Reason
  /// What was expected and what to do, for people; never holds text of the tweet.
  package let detail: String

  /// A rejection for `reason`.
  package init(_ reason: Reason, _ detail: String) {
    self.reason = reason
    self.detail = detail
  }
}
