package import Statistics
package import Streaming
internal import Synchronization
package import SystemCalls
internal import SystemPackage

/// The statistics of a running spool, counted by the sink and written to `stats/current.json` by who keeps house.
package final class StatisticsKeeper: Sendable {
  private struct State {
    var statistics: RollingStatistics
    /// The model's name.
    var model: String
    /// Whether there is something that the file does not show.
    var hasChanged = true
    var lastWrite: SuspendingClock.Instant?
  }

  private let state: Mutex<State>
  private let start = SuspendingClock.now
  private let started = UTCTime.now

  /// Not more often than this is the file written.
  private static let interval = Duration.seconds(2)
  /// As often as this it is written though nothing was counted, so that the windows run empty.
  private static let longInterval = Duration.seconds(SlidingWindows.bucketSeconds)

  /// Nothing yet, for a model with `labels`.
  package init(labels: [String], model: String) {
    let reasons = Rejection.Reason.allCases.map(\.rawValue)
    state = Mutex(
      State(statistics: RollingStatistics(labels: labels, reasons: reasons, start: .zero), model: model))
  }

  /// Says which model labels from now on.
  package func name(model: String) {
    state.withLock { ($0.model, $0.hasChanged) = (model, true) }
  }

  /// Shows work in progress in the windows.
  package func observe(_ tally: Tally) {
    count(tally) { $0.observe($1, at: self.now) }
  }

  /// Adds lines that will not be done again to the totals, and the files that ended with them.
  package func settle(_ tally: Tally, files: Int = 1) {
    count(tally, files: files) { statistics, counts in
      statistics.settle(counts)
      guard files > 0 else { return }
      var file = statistics.noCounts
      file.files = files
      statistics.observe(file, at: self.now)
    }
  }

  /// Adds a file that was refused to the totals.
  package func settleRefusal() {
    state.withLock { state in
      var file = state.statistics.noCounts
      file.refusedFiles = 1
      state.statistics.settle(file)
      state.statistics.observe(file, at: now)
      state.hasChanged = true
    }
  }

  /// The statistics now.
  package var snapshot: Snapshot {
    state.withLock { $0.statistics.snapshot(at: now) }
  }

  /// All lines of published files.
  package var settled: Tally {
    let total = snapshot.total
    var tally = Tally(labels: total.labelled.count)
    (tally.labelled, tally.probability) = (total.labelled, total.probability)
    (tally.rejected, tally.blank) = (total.rejected, total.blank)
    return tally
  }

  /// The status of a spool with that queue.
  package func status(of queue: SpoolStatus.Queue) -> SpoolStatus {
    state.withLock { state in
      let minute = state.statistics.window(.oneMinute, at: now)
      let recent = state.statistics.window(.fiveMinutes, at: now).counts
      let last = state.statistics.labels.indices.last.flatMap { recent.labelledTotal > 0 ? $0 : nil }
      return SpoolStatus(
        queue: queue, tweetsPerSecond: minute.tweetsPerSecond,
        mood: last.map { (state.statistics.labels[$0], recent.share(ofLabel: $0)) },
        rejected: state.statistics.total.rejectedTotal)
    }
  }

  /// Writes `current.json` into `folder` when something has changed and the last time is long enough ago.
  ///
  /// - Parameter isLast: writes in any case.
  package func write(
    into folder: Directory, queue: SpoolStatus.Queue = .init(), isLast: Bool = false
  ) throws(SystemCallError) {
    let time = SuspendingClock.now
    let now = now
    let written: (Snapshot, String)? = state.withLock { state in
      let age = state.lastWrite.map { $0.duration(to: time) } ?? Self.longInterval
      guard isLast || age >= (state.hasChanged ? Self.interval : Self.longInterval) else { return nil }
      (state.lastWrite, state.hasChanged) = (time, false)
      return (state.statistics.snapshot(at: now), state.model)
    }
    guard let (snapshot, model) = written else { return }
    let text = snapshot.json(
      time: UTCTime.now.rfc3339,
      more: [
        ("started", .string(started.rfc3339)), ("model", .string(model)),
        ("queue", .object([("files", .integer(queue.queued)), ("left_alone", .integer(queue.leftAlone))])),
      ])
    let bytes = Array((text.indented + "\n").utf8)
    try folder.replace("current.json", with: bytes.span, mode: [.ownerReadWrite, .groupRead])
  }

  private var now: Duration { start.duration(to: .now) }

  private func count(_ tally: Tally, files: Int = 0, _ body: (inout RollingStatistics, Counts) -> Void) {
    state.withLock { state in
      var counts = state.statistics.noCounts
      counts.labelled = tally.labelled
      counts.probability = tally.probability
      counts.rejected = tally.rejected
      counts.blank = tally.blank
      counts.files = files
      body(&state.statistics, counts)
      state.hasChanged = true
    }
  }
}
