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
  package var json: JSONValue {
    .object(
      [
        ("step", .string(step.rawValue)), ("start", .string(UTCText.rfc3339(start))),
        ("end", .string(UTCText.rfc3339(end))), ("rev", .integer(revision)),
      ] + counts.members)
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
  /// What is counted apart, of all times.
  package var apart: [EventCounts.Apart: MoodCounts] = [:]

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

  /// The history as JSON.
  package var json: JSONValue {
    .object([
      ("step", .string(step.rawValue)),
      ("from", .string(UTCText.rfc3339(period.lowerBound))),
      ("to", .string(UTCText.rfc3339(period.upperBound))),
      ("watermark", watermark.map { .string(UTCText.rfc3339($0)) } ?? .null),
      (
        "apart",
        .object(
          EventCounts.Apart.allCases.map { ($0.rawValue, .integer(apart[$0]?.answered ?? 0)) })
      ),
      ("windows", .array(windows.map(json))),
    ])
  }

  private func json(_ window: MoodWindow) -> JSONValue {
    guard case .object(var members) = window.json else { return window.json }
    members.insert(("closed", .bool(isClosed(window))), at: 4)
    return .object(members)
  }
}

/// Moments as text.
package enum UTCText {
  /// As in RFC 3339, to the second: `2026-10-04T10:11:00Z`; by the proleptic Gregorian calendar.
  package static func rfc3339(_ seconds: Int) -> String {
    let time = parts(seconds)
    return "\(pad(time.year, 4))-\(pad(time.month, 2))-\(pad(time.day, 2))T\(pad(time.hour, 2)):"
      + "\(pad(time.minute, 2)):\(pad(time.second, 2))Z"
  }

  /// Year, month and so on of a moment.
  ///
  /// Days to dates after https://howardhinnant.github.io/date_algorithms.html, in years that begin in March.
  package static func parts(
    _ seconds: Int
  ) -> (year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int) {
    let midnight = WindowStep.day.start(of: seconds)
    let (days, rest) = (midnight / 86_400 + 719_468, seconds - midnight)
    let era = (days >= 0 ? days : days - 146_096) / 146_097
    let dayOfEra = days - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let march = (5 * dayOfYear + 2) / 153
    let month = march < 10 ? march + 3 : march - 9
    return (
      yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * march + 2) / 5 + 1,
      rest / 3600, rest / 60 % 60, rest % 60
    )
  }

  private static func pad(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
