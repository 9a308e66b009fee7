/// The rule that an input whose first thousand lines are all bad is not tweets, or not read as it must be: better
/// refused as a whole than turned into a file of complaints.
package enum HopelessInput {
  /// So many lines at the beginning must be bad; blank ones do not count. A shorter input is never refused for it.
  package static let lines = 1000

  /// What to say of an input when it is refused for it, or nil as long as it is not.
  ///
  /// Depends on nothing but the lines, however they are divided into segments.
  /// - Parameters:
  ///   - labelled: how many of the input's lines before `segment` were labelled.
  ///   - rejected: how many of them were rejected.
  ///   - segment: the lines after them.
  package static func refusal(
    afterLabelled labelled: Int, rejected: Int, _ segment: Chunk.Segment
  ) -> String? {
    guard labelled == 0, rejected + segment.leadingRejections >= lines else { return nil }
    let reason = segment.tally.rejectedByReason.max {
      ($0.count, $1.reason.rawValue) < ($1.count, $0.reason.rawValue)
    }
    let remedy = reason.map { ": \($0.reason.rawValue); \(Self.remedy(for: $0.reason))" } ?? ""
    return "none of the first \(lines) lines can be labelled\(remedy)"
  }

  private static func remedy(for reason: Rejection.Reason) -> String {
    switch reason {
    case .badJSON, .notObject, .nestingTooDeep:
      "is it JSON Lines? The file's ending or --input says what it is"
    case .noText, .textNotString: "--text-key names the member or column that holds the text"
    case .invalidUTF8: "--encoding names another encoding, such as windows-1252"
    case .lineTooLong: "--max-line-length allows longer ones"
    }
  }
}
