package import Statistics
package import SystemCalls

/// The statistics of one moment, with what is told beside them: what `stats/current.json` holds.
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
  package let queue: SpoolStatus.Queue

  /// As JSON over several lines, with a line end.
  package var json: String {
    let queue = JSONText.object([
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
