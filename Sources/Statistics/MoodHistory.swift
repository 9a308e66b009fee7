internal import Dates
package import JSON

/// A window of event time: what was said of the tweets that were written in it.
package struct MoodWindow: Equatable, Sendable {
  package let step: WindowStep
  /// In seconds since 1970.
  package let start: Int
  /// What was said.
  package var counts: MoodCounts
  /// How often it was written to `windows.jsonl`: 0 before it was closed.
  package var revision: Int

  /// A window.
  package init(_ step: WindowStep, at start: Int, _ counts: MoodCounts, revision: Int = 0) {
    (self.step, self.start, self.counts, self.revision) = (step, start, counts, revision)
  }

  /// In seconds since 1970; the window does not contain it.
  package var end: Int { start + step.seconds }

  /// The window as JSON: the one form that the file, the server and `animo stats` share.
  ///
  /// - Parameter estimator: estimates true shares; nil where the model was not judged.
  package func json(_ estimator: ShareEstimator?) -> JSONValue {
    .object(
      [
        ("step", .string(step.rawValue)), ("start", .string(CalendarTime(secondsSince1970: start).rfc3339)),
        ("end", .string(CalendarTime(secondsSince1970: end).rfc3339)), ("rev", .integer(revision)),
      ] + counts.members(estimator))
  }
}

/// The mood over a period of event time, and what no window says.
package struct MoodHistory: Sendable {
  package let step: WindowStep
  /// The period, in seconds since 1970: the windows that begin in it.
  package let period: Range<Int>
  /// The windows with tweets, the oldest first.
  package var windows: [MoodWindow] = []
  /// The minute of the newest tweet of all, in seconds since 1970; nil without tweets that have a time.
  package var newest: Int?
  /// The labels of the tweets that were written last, where there are no windows in the period.
  package var latestLabels: [String] = []
  /// What is counted apart, of all times.
  package var apart: [EventCounts.Apart: MoodCounts] = [:]

  /// The words of the period's tweets.
  package var words = Words()
  /// Estimates true shares; nil where the model was not judged.
  package var estimator: ShareEstimator?

  /// No windows.
  package init(step: WindowStep, period: Range<Int>) { (self.step, self.period) = (step, period) }

  /// Up to where windows are closed; nil without tweets that have a time.
  package var watermark: Int? { newest.map(EventTime.watermark) }

  /// Whether a window is closed: later tweets give it a new revision.
  package func isClosed(_ window: MoodWindow) -> Bool { watermark.map { window.end <= $0 } ?? false }

  /// The sum of all windows.
  package var sum: MoodCounts {
    windows.reduce(into: MoodCounts()) { $0 += $1.counts }
  }

  /// The labels of the windows, or, without windows, those that windows had last.
  package var labels: [String] { windows.isEmpty ? latestLabels : sum.labels }

  /// The history as JSON.
  package var json: JSONValue {
    .object([
      ("step", .string(step.rawValue)),
      ("from", .string(CalendarTime(secondsSince1970: period.lowerBound).rfc3339)),
      ("to", .string(CalendarTime(secondsSince1970: period.upperBound).rfc3339)),
      ("watermark", watermark.map { .string(CalendarTime(secondsSince1970: $0).rfc3339) } ?? .null),
      (
        "apart",
        .object(
          EventCounts.Apart.allCases.map { ($0.rawValue, .integer(apart[$0]?.answered ?? 0)) })
      ),
      ("words", .object(sum.labels.map { ($0, words.json(of: $0)) })),
      ("windows", .array(windows.map(json))),
    ])
  }

  private func json(_ window: MoodWindow) -> JSONValue {
    let json = window.json(estimator)
    guard case .object(var members) = json else { return json }
    members.insert(("closed", .bool(isClosed(window))), at: 4)
    return .object(members)
  }
}
