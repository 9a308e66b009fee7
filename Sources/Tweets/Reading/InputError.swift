package import SystemCalls

/// A whole input that cannot be read, or not any further.
package struct InputError: RemediableError {
  /// Why.
  package enum Reason: Sendable {
    /// What it holds is not tweets in a form that can be read; says what it is, and what to do.
    case refused(String, Remedy? = nil)
    /// It is compressed, and damaged or cut off; says how.
    case damaged(String)
    /// The system could not read it.
    case unreadable(SystemCallError)
  }

  /// The input's name: a path, or `standard input`.
  package let input: String
  /// Why.
  package let reason: Reason

  /// An error of the input named `input`.
  package init(_ input: String, _ reason: Reason) {
    self.input = input
    self.reason = reason
  }

  /// Whether the content is at fault, so that trying again is of no use.
  package var isRefusal: Bool {
    if case .unreadable = reason { false } else { true }
  }

  /// The reason for scripts, in one word.
  package var keyword: String {
    switch reason {
    case .refused: "refused"
    case .damaged: "damaged"
    case .unreadable: "unreadable"
    }
  }

  package func description(_ phrasing: Remedy.Phrasing) -> String {
    switch reason {
    case .refused(let why, let remedy): "\(input): \(why)" + Remedy.clause(remedy, phrasing)
    case .damaged(let how): "\(input): \(how)"
    case .unreadable(let error): error.description
    }
  }
}
