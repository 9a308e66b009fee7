internal import Ledger
package import Statistics
package import Streaming
internal import Synchronization
package import SystemCalls
internal import SystemPackage

/// The statistics of a running spool, counted by the sink and written to `stats/current.json` by who keeps house.
///
/// With a ledger they go on where the last run has stopped.
package final class StatisticsKeeper: Sendable {
  private struct State {
    var statistics: RollingStatistics
    /// The model's name.
    var model: String
    /// What earlier runs have settled.
    var earlier: Counts
    /// Since when all runs have been counting.
    var since: String
    /// Whether there is something that the file does not show.
    var hasChanged = true
    var lastWrite: SuspendingClock.Instant?
  }

  /// The model's labels, in its order.
  package let labels: [String]

  private let state: Mutex<State>
  private let reasons = Rejection.Reason.allCases.map(\.rawValue)
  private let start = SuspendingClock.now
  /// When this run began, by the wall clock, which is not looked at again: since 1970.
  private let epoch: Duration
  private let started: UTCTime

  /// Not more often than this is the file written.
  private static let interval = Duration.seconds(2)
  /// As often as this it is written though nothing was counted, so that the windows run empty.
  private static let longInterval = Duration.seconds(SlidingWindows.bucketSeconds)

  /// Nothing yet, for a model with `labels`.
  package init(labels: [String], model: String) {
    self.labels = labels
    started = .now
    epoch = .microseconds(started.microseconds)
    let statistics = RollingStatistics(labels: labels, reasons: reasons, start: epoch)
    state = Mutex(
      State(statistics: statistics, model: model, earlier: statistics.noCounts, since: started.rfc3339))
  }

  /// Goes on where the last run has stopped, as `ledger` tells.
  func restore(from ledger: Ledger) throws(LedgerError) {
    let since = try ledger.meta("statistics_since", orSet: String(started.microseconds))
    let (total, buckets) = (try counts(ledger.totals()), try counts(ledger.buckets()))
    let begin = UTCTime(microseconds: Int(since) ?? started.microseconds)
    state.withLock { state in
      state.statistics.restore(total: total, buckets: buckets, since: .microseconds(begin.microseconds))
      (state.earlier, state.since) = (total, begin.rfc3339)
    }
  }

  /// Says which model labels from now on.
  package func name(model: String) {
    state.withLock { ($0.model, $0.hasChanged) = (model, true) }
  }

  /// Shows work in progress in the windows; returns the same by the bucket that counts it.
  func observe(_ counts: NamedCounts) -> BucketCounts {
    var observed = BucketCounts()
    guard !counts.isEmpty else { return observed }
    let now = now
    change { $0.observe(self.counts(counts), at: now) }
    observed[SlidingWindows.bucket(at: now)] = counts
    return observed
  }

  /// Takes what was observed out of the windows again: it will be done anew, or does not count.
  func withdraw(_ observed: BucketCounts) {
    guard !observed.isEmpty else { return }
    change { $0.withdraw(self.counts(observed), at: now) }
  }

  /// Adds what will not be done again to the totals.
  func settle(_ counts: NamedCounts) {
    change { $0.settle(self.counts(counts)) }
  }

  /// Counts lines that were answered at once, of no file.
  package func count(_ tally: Tally) {
    let counts = NamedCounts(tally, labels: labels)
    _ = observe(counts)
    settle(counts)
  }

  /// The number of the oldest bucket that the windows still need.
  var oldestBucket: Int { SlidingWindows.oldestBucket(at: now) }

  /// The statistics now.
  package var snapshot: Snapshot {
    state.withLock { $0.statistics.snapshot(at: now) }
  }

  /// All lines that this run has settled.
  package var settled: Tally {
    state.withLock { state in
      let (total, earlier) = (state.statistics.total, state.earlier)
      var tally = Tally(labels: labels.count)
      tally.labelled = zip(total.labelled, earlier.labelled).map(-)
      tally.probability = zip(total.probability, earlier.probability).map(-)
      tally.rejected = zip(total.rejected, earlier.rejected).map(-)
      tally.blank = total.blank - earlier.blank
      return tally
    }
  }

  /// How many files this run has refused as a whole.
  package var refusedFiles: Int {
    state.withLock { $0.statistics.total.refusedFiles - $0.earlier.refusedFiles }
  }

  /// The status of a spool with that queue.
  package func status(of queue: SpoolStatus.Queue, trouble: String? = nil) -> SpoolStatus {
    state.withLock { state in
      let minute = state.statistics.window(.oneMinute, at: now)
      let recent = state.statistics.window(.fiveMinutes, at: now).counts
      let last = state.statistics.labels.indices.last.flatMap { recent.labelledTotal > 0 ? $0 : nil }
      return SpoolStatus(
        queue: queue, tweetsPerSecond: minute.tweetsPerSecond,
        mood: last.map { (state.statistics.labels[$0], recent.share(ofLabel: $0)) },
        rejected: state.statistics.total.rejectedTotal, trouble: trouble)
    }
  }

  /// Everything as it is now, with that queue.
  package func current(with queue: SpoolStatus.Queue = .init()) -> CurrentStatistics {
    state.withLock { current(&$0, queue) }
  }

  /// Writes `current.json` into `folder` when something has changed and the last time is long enough ago.
  ///
  /// - Parameter isLast: writes in any case.
  package func write(
    into folder: Directory, queue: SpoolStatus.Queue = .init(), isLast: Bool = false
  ) throws(SystemCallError) {
    let time = SuspendingClock.now
    let found: CurrentStatistics? = state.withLock { state in
      let age = state.lastWrite.map { $0.duration(to: time) } ?? Self.longInterval
      guard isLast || age >= (state.hasChanged ? Self.interval : Self.longInterval) else { return nil }
      (state.lastWrite, state.hasChanged) = (time, false)
      return current(&state, queue)
    }
    guard let found else { return }
    let bytes = Array(found.json.utf8)
    try folder.replace("current.json", with: bytes.span, mode: [.ownerReadWrite, .groupRead])
  }

  private func current(_ state: inout State, _ queue: SpoolStatus.Queue) -> CurrentStatistics {
    CurrentStatistics(
      snapshot: state.statistics.snapshot(at: now), time: .now, started: started, since: state.since,
      model: state.model, queue: queue)
  }

  /// Since 1970 by a clock that never goes back: the wall clock's time at the start and what has passed since.
  private var now: Duration { epoch + start.duration(to: .now) }

  private func counts(_ buckets: BucketCounts) -> [Int: Counts] { buckets.values.mapValues(counts) }

  private func counts(_ counts: NamedCounts) -> Counts { Counts(counts, labels: labels, reasons: reasons) }

  private func change(_ body: (inout RollingStatistics) -> Void) {
    state.withLock { state in
      body(&state.statistics)
      state.hasChanged = true
    }
  }
}
