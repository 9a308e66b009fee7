internal import JSON
package import Statistics
package import SystemCalls

/// A snapshot of the statistics, as in `current.json`.
package struct CurrentStatistics: Sendable {
  package let snapshot: Snapshot
  /// The time of the snapshot.
  package let time: UTCTime
  /// When this run began.
  package let started: UTCTime
  /// The start of the statistics over all runs, as in RFC 3339.
  package let since: String
  /// The name of the current model.
  package let model: String
  package let queue: IntakeQueue
  /// The lines of unfinished files, which the windows count and the totals do not yet.
  package var unsettled = 0

  /// As indented JSON, with a line end.
  package var json: String {
    let queue = JSONValue.object([
      ("files", .integer(queue.queued)), ("left_alone", .integer(queue.leftAlone)),
      ("held", .integer(queue.held)),
    ])
    return snapshot.json(
      time: time.rfc3339,
      more: [
        ("started", .string(started.rfc3339)), ("since", .string(since)), ("model", .string(model)),
        ("queue", queue), ("in_progress", .object([("lines", .integer(unsettled))])),
      ]
    ).indented + "\n"
  }
}

/// The status of a daemon in one line, for people.
struct StatusLine: Sendable {
  /// The queue and the file being read.
  let queue: IntakeQueue
  /// Labelled tweets per second over the last minute.
  let tweetsPerSecond: Double
  /// The last of the model's labels, and its share over the last five minutes, from 0 to 1.
  let mood: (label: String, share: Double)?
  /// Rejected lines of all runs.
  let rejected: Int
  /// A task that is held, and the reason.
  var trouble: String?

  /// One line: `3 queued, tweets-07.jsonl 41 %, 812 tweets/s, 62 % positive (5 min), 12 rejected`.
  var text: String {
    var parts = ["\(queue.queued) queued"]
    if queue.held > 0 { parts.append("\(queue.held) held") }
    if let current = queue.current { parts.append("\(current.name) \(current.percent) %") }
    parts.append("\(Int(tweetsPerSecond.rounded())) tweets/s")
    if let mood { parts.append("\(Int((mood.share * 100).rounded())) % \(mood.label) (5 min)") }
    parts.append("\(rejected) rejected")
    if let trouble { parts.insert(trouble, at: 0) }
    return parts.joined(separator: ", ")
  }
}

/// A consistent snapshot of a daemon's state, from which every response of the server is made.
package struct DaemonState: Sendable {
  /// The statistics, the queue and the model.
  package var statistics: CurrentStatistics
  /// A sentence about a task that is held, with the reason; nil if there is none.
  package var trouble: String?
  /// The number of reloads, by result.
  package var reloads: ReloadCounts
  /// The program's version.
  package var version: String

  /// A snapshot.
  package init(statistics: CurrentStatistics, trouble: String?, reloads: ReloadCounts, version: String) {
    (self.statistics, self.trouble) = (statistics, trouble)
    (self.reloads, self.version) = (reloads, version)
  }
}
