package import JSON

/// The statistics at one moment, as they are written into `stats/current.json`.
package struct Snapshot: Sendable {
  /// For how long this run has been counting, in seconds.
  let uptime: Double
  /// What was settled, by this run and those before it.
  package let total: Counts
  /// The sliding windows, the shortest first.
  package let windows: [(length: SlidingWindows.Length, sum: SlidingWindows.Sum)]
  /// Estimates true shares; nil where the model was not judged.
  package var estimator: ShareEstimator?

  /// The snapshot as JSON, with every label, reason and window present from the start.
  ///
  /// - Parameters:
  ///   - time: the present, as in RFC 3339.
  ///   - more: what the caller knows beside: it comes after the time.
  package func json(time: String, more: [(String, JSONValue)] = []) -> JSONValue {
    .object(
      [("time", .string(time))] + more
        + [
          ("uptime_seconds", .decimal(uptime, places: 1)),
          ("total", .object(members(of: total))),
          ("windows", .object(windows.map { ($0.length.rawValue, window($0.sum)) })),
        ])
  }

  private func window(_ sum: SlidingWindows.Sum) -> JSONValue {
    .object(
      [
        ("seconds", .decimal(sum.seconds, places: 1)),
        ("tweets_per_second", .decimal(sum.tweetsPerSecond, places: 1)),
      ] + members(of: sum.counts))
  }

  private func members(of counts: Counts) -> [(String, JSONValue)] {
    let outcome = estimator.outcome(
      labels: counts.labels, tweets: counts.labelledTotal, sums: counts.probability)
    return [
      ("lines", .integer(counts.lines)),
      ("labelled", .integer(counts.labelledTotal)),
      ("labels", .object(counts.labels.enumerated().map { ($1, label($0, in: counts, outcome)) })),
      ("estimated", outcome.status),
      ("unjudged", .integer(counts.unjudged)),
      ("rejected", .integer(counts.rejectedTotal)),
      ("rejected_by_reason", .object(zip(counts.reasons, counts.rejected).map { ($0, .integer($1)) })),
      ("blank", .integer(counts.blank)),
      ("left_out", .integer(counts.leftOut)),
      ("files", .integer(counts.files)),
      ("refused_files", .integer(counts.refusedFiles)),
    ]
  }

  private func label(_ index: Int, in counts: Counts, _ outcome: ShareEstimator.Outcome) -> JSONValue {
    .object([
      ("count", .integer(counts.labelled[index])),
      ("share", .decimal(counts.share(ofLabel: index), places: 6)),
      ("estimate", estimator.json(of: counts.labels[index], in: outcome)),
      ("mean_probability", .decimal(counts.meanProbability(ofLabel: index), places: 6)),
    ])
  }
}
