internal import JSON
package import Statistics
package import SystemCalls

/// The statistics of one moment, and what else `current.json` holds.
package struct CurrentStatistics: Sendable {
  package let snapshot: Snapshot
  /// The moment.
  package let time: UTCTime
  /// When this run began.
  package let started: UTCTime
  /// Since when all runs have been counting, as in RFC 3339.
  package let since: String
  /// The name of the model that labels.
  package let model: String
  package let queue: IntakeQueue

  /// As JSON over several lines, with a line end.
  package var json: String {
    let queue = JSONValue.object([
      ("files", .integer(queue.queued)), ("left_alone", .integer(queue.leftAlone)),
    ])
    return snapshot.json(
      time: time.rfc3339,
      more: [
        ("started", .string(started.rfc3339)), ("since", .string(since)), ("model", .string(model)),
        ("queue", queue),
      ]
    ).indented + "\n"
  }
}

/// How a daemon is doing, for people.
struct StatusLine: Sendable {
  /// What waits and what is being read.
  let queue: IntakeQueue
  /// Labelled tweets a second over the last minute.
  let tweetsPerSecond: Double
  /// The last of the model's labels, and its share over the last five minutes, from 0 to 1.
  let mood: (label: String, share: Double)?
  /// Lines rejected, by this run and those before it.
  let rejected: Int
  /// What cannot be done at the moment, and why.
  var trouble: String?

  /// One line: `3 queued, tweets-07.jsonl 41 %, 812 tweets/s, 62 % positive (5 min), 12 rejected`.
  var text: String {
    var parts = ["\(queue.queued) queued"]
    if let current = queue.current { parts.append("\(current.name) \(current.percent) %") }
    parts.append("\(Int(tweetsPerSecond.rounded())) tweets/s")
    if let mood { parts.append("\(Int((mood.share * 100).rounded())) % \(mood.label) (5 min)") }
    parts.append("\(rejected) rejected")
    if let trouble { parts.insert(trouble, at: 0) }
    return parts.joined(separator: ", ")
  }
}

/// What a daemon tells of itself, all of one moment: everything that is served comes from one of these.
package struct DaemonState: Sendable {
  /// What it has counted, what waits, and which model labels.
  package var statistics: CurrentStatistics
  /// What cannot be done at the moment, and why: a sentence. Nil when all is well.
  package var trouble: String?
  /// What reloads have come to.
  package var reloads: ReloadCounts
  /// The program's version.
  package var version: String

  /// A moment of these parts.
  package init(statistics: CurrentStatistics, trouble: String?, reloads: ReloadCounts, version: String) {
    (self.statistics, self.trouble) = (statistics, trouble)
    (self.reloads, self.version) = (reloads, version)
  }
}
