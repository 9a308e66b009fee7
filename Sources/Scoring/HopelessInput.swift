package import Tweets

/// The rule that an input whose first thousand lines are all bad is not tweets, or not read as it must be: better
/// refused as a whole than turned into a file of complaints.
package enum HopelessInput {
  /// The number of lines at the beginning that must be bad; blank ones do not count. A shorter input is never refused for it.
  package static let lines = 1000

  /// What to say of an input when it is refused for it, or nil as long as it is not.
  ///
  /// Depends on nothing but the lines, however they are divided into segments.
  /// - Parameters:
  ///   - tweets: how many of the input's lines before `segment` hold a tweet.
  ///   - rejected: how many of them were rejected.
  ///   - segment: the lines after them.
  package static func refusal(
    afterTweets tweets: Int, rejected: Int, _ segment: ScoredChunk.Segment
  ) -> Refusal? {
    guard tweets == 0, rejected + segment.leadingRejections >= lines else { return nil }
    let reason = segment.counts.rejectedByReason.max {
      ($0.count, $1.reason.rawValue) < ($1.count, $0.reason.rawValue)
    }
    return Refusal(
      fact: "none of the first \(lines) lines can be labelled"
        + (reason.map { ": \($0.reason.rawValue)" } ?? ""),
      remedy: reason.map { remedy(for: $0.reason) })
  }

  /// Why an input is refused.
  package struct Refusal: Equatable, Sendable {
    let fact: String
    let remedy: Remedy?

    /// What is wrong and what to do about it.
    package func detail(_ phrasing: Remedy.Phrasing) -> String { fact + Remedy.clause(remedy, phrasing) }
  }

  private static func remedy(for reason: Rejection.Reason) -> Remedy {
    switch reason {
    case .badJSON, .notObject, .nestingTooDeep: .nameTheFormat
    case .badRecord: .describeTheTable
    case .noText, .textNotString: .nameTheText
    case .invalidUTF8: .nameAnEncoding
    case .lineTooLong: .allowLongerLines
    }
  }
}
