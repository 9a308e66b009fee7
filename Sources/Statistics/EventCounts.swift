/// How long a window of event time is.
package enum WindowStep: String, CaseIterable, Sendable {
  case minute = "1m"
  case hour = "1h"
  case day = "1d"

  /// In seconds.
  package var seconds: Int {
    switch self {
    case .minute: 60
    case .hour: 3600
    case .day: 24 * 3600
    }
  }

  /// How far before the newest tweet windows are kept, in seconds; nil for ever.
  package var retention: Int? {
    switch self {
    case .minute: 48 * 3600
    case .hour: 90 * 24 * 3600
    case .day: nil
    }
  }

  /// The start of the window that a time is in, both in seconds since 1970.
  package func start(of time: Int) -> Int {
    let remainder = time % seconds
    return time - (remainder < 0 ? remainder + seconds : remainder)
  }

  /// The start of the first window that is kept when the newest tweet is of the minute `newest`.
  package func first(keptAt newest: Int) -> Int {
    retention.map { start(of: newest - $0) } ?? .min
  }
}

/// How windows of event time are closed, and which tweets are in none.
package enum EventTime {
  /// How far the watermark is behind the newest tweet, in seconds: windows before it are closed.
  package static let delay = 600
  /// A tweet that is further behind the watermark is counted as late, in seconds.
  package static let patience = 24 * 3600
  /// How far the clock of whoever wrote a tweet may be ahead, in seconds.
  package static let tolerance = 300

  /// Up to where windows are closed when the newest tweet is of the minute `newest`, in seconds since 1970.
  package static func watermark(at newest: Int) -> Int { newest - delay }
}

/// What was said of some tweets by the minute in which they were written: a sum that can be added up in any order.
package struct EventCounts: Equatable, Sendable {
  /// Why tweets are counted apart.
  package enum Apart: String, CaseIterable, Sendable {
    /// Nothing says when they were written. They are in no window.
    case noTime = "no_time"
    /// They are from the future, by the clock of the time when their file was claimed. They are in no window.
    case future
    /// They came more than a day behind the watermark. They are in their windows as well.
    case late
  }

  /// By the minute's start, in seconds since 1970.
  package private(set) var minutes: [Int: MoodCounts] = [:]
  package private(set) var apart: [Apart: MoodCounts] = [:]

  /// Nothing yet.
  package init() {}

  /// Whether nothing was counted.
  package var isEmpty: Bool { minutes.isEmpty && apart.isEmpty }
  /// The minute of the newest tweet.
  package var newest: Int? { minutes.keys.max() }

  /// Counts a tweet; see `MoodCounts.add`.
  ///
  /// - Parameters:
  ///   - milliseconds: when it was written, since 1970; nil where nothing says so.
  ///   - labels: what may be said of it.
  package mutating func add(
    at milliseconds: Int?, label: Int?, probabilities: ArraySlice<Int32>, of labels: [String]
  ) {
    if let milliseconds {
      minutes[WindowStep.minute.start(of: milliseconds / 1000), default: MoodCounts(labels: labels)]
        .add(label: label, probabilities: probabilities)
    } else {
      apart[.noTime, default: MoodCounts(labels: labels)].add(label: label, probabilities: probabilities)
    }
  }

  /// Takes the tweets of minutes that begin after `limit` for ones from the future.
  package mutating func takeOut(after limit: Int) {
    for minute in minutes.keys.filter({ $0 > limit }) {
      guard let counts = minutes.removeValue(forKey: minute) else { continue }
      apart.add(counts, to: .future)
    }
  }

  /// Counts the tweets of minutes before `limit` as late, without taking them out.
  package mutating func countLate(before limit: Int) {
    for (minute, counts) in minutes where minute < limit { apart.add(counts, to: .late) }
  }

  /// The windows of a length, by their starts.
  package func windows(of step: WindowStep) -> [Int: MoodCounts] {
    guard step != .minute else { return minutes }
    var windows: [Int: MoodCounts] = [:]
    for (minute, counts) in minutes { windows.add(counts, to: step.start(of: minute)) }
    return windows
  }

  package static func += (sum: inout EventCounts, other: EventCounts) {
    for (minute, counts) in other.minutes { sum.minutes.add(counts, to: minute) }
    for (reason, counts) in other.apart { sum.apart.add(counts, to: reason) }
  }
}

extension Dictionary where Value == MoodCounts {
  /// Adds to the counts under a key.
  fileprivate mutating func add(_ counts: MoodCounts, to key: Key) {
    if let place = index(forKey: key) { values[place] += counts } else { self[key] = counts }
  }
}
