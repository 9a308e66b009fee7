internal import JSON

/// One line of an input, or one CSV record: where it came from and where its bytes are now.
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
  /// Whether it holds nothing but white space; such lines are in chunks only where the options say so.
  package var isBlank = false
  /// The tweet that this one repeats, where it came with it on a page: its bytes in the chunk's `bytes`.
  package var repeated: Range<Int>?
}

/// Why a line was not labelled.
package struct Rejection: Error, Equatable, Sendable {
  /// The closed set of reasons, as they are written into outputs and metrics.
  package enum Reason: String, CaseIterable, Sendable {
    case badJSON = "bad_json"
    case badRecord = "bad_record"
    case notObject = "not_object"
    case noText = "no_text"
    case textNotString = "text_not_string"
    case invalidUTF8 = "invalid_utf8"
    case lineTooLong = "line_too_long"
    case nestingTooDeep = "nesting_too_deep"
  }

  /// Which of the reasons.
  package let reason: Reason
  /// What is wrong, for people; never holds text of the tweet.
  package let fact: String
  /// What to do about it, where that is known.
  package let remedy: Remedy?

  /// A rejection for `reason`.
  package init(_ reason: Reason, _ fact: String, _ remedy: Remedy? = nil) {
    (self.reason, self.fact, self.remedy) = (reason, fact, remedy)
  }

  /// The members or cells that may hold the text hold nothing but white space.
  package static let emptyText = Rejection(.noText, "the text is empty")

  /// What is wrong and what to do about it.
  package func detail(_ phrasing: Remedy.Phrasing) -> String { fact + Remedy.clause(remedy, phrasing) }
}

extension Rejection {
  /// What is wrong with a line that is not JSON.
  init(_ error: JSONError) {
    switch error.problem {
    case .nestingTooDeep: self.init(.nestingTooDeep, error.description)
    default: self.init(.badJSON, error.description)
    }
  }
}

/// A line that could not be labelled, where that is an error.
package struct RejectedLine: RemediableError, Equatable {
  /// The name of its input, where that is not said by whoever reports the error.
  package let input: String?
  package let line: Int
  package let rejection: Rejection

  /// The rejection of line `line`.
  package init(in input: String? = nil, line: Int, rejection: Rejection) {
    (self.input, self.line, self.rejection) = (input, line, rejection)
  }

  package func description(_ phrasing: Remedy.Phrasing) -> String {
    (input.map { "\($0): " } ?? "")
      + "line \(line): \(rejection.reason.rawValue): \(rejection.detail(phrasing))"
  }
}
