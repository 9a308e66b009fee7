internal import Scoring
package import Statistics
internal import Synchronization
package import SystemCalls
internal import SystemPackage

/// The statistics of a running daemon, counted by its sink and written to `current.json` by who keeps house.
///
/// An intake that remembers its work makes them go on where the last run has stopped.
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
  /// Nothing counted, with all names that are counted here.
  private let nothing: Counts

  private let state: Mutex<State>
  private let start = SuspendingClock.now
  /// When this run began, by the wall clock, which is not looked at again: since 1970.
  private let epoch: Duration
  /// When this run began.
  package let started: UTCTime

  /// Not more often than this is the file written.
  private static let interval = Duration.seconds(2)
  /// As often as this it is written though nothing was counted, so that the windows run empty.
  private static let longInterval = Duration.seconds(SlidingWindows.bucketSeconds)

  /// Nothing yet, for a model with `labels`.
  package init(labels: [String], model: String) {
    self.labels = labels
    started = .now
    epoch = .microseconds(started.microseconds)
    nothing = Counts(ofLines: labels)
    state = Mutex(
      State(
        statistics: RollingStatistics(of: nothing, start: epoch), model: model, earlier: nothing,
        since: started.rfc3339))
  }

  /// Goes on where the last run has stopped; what is counted of other models' labels is left out.
  ///
  /// - Parameters:
  ///   - total: what earlier runs have settled.
  ///   - buckets: what they have observed, by the buckets that `observe` answers.
  ///   - since: when the first of them began.
  package func restore(total: Counts, buckets: [Int: Counts], since: UTCTime) {
    let (total, buckets) = (arranged(total), buckets.mapValues(arranged))
    state.withLock { state in
      state.statistics.restore(total: total, buckets: buckets, since: .microseconds(since.microseconds))
      (state.earlier, state.since) = (total, since.rfc3339)
    }
  }

  /// Says which model labels from now on.
  package func name(model: String) {
    state.withLock { ($0.model, $0.hasChanged) = (model, true) }
  }

  /// Shows work in progress in the windows; returns the same by the bucket that counts it.
  package func observe(_ counts: Counts) -> [Int: Counts] {
    guard !counts.isEmpty else { return [:] }
    let now = now
    change { $0.observe(arranged(counts), at: now) }
    return [SlidingWindows.bucket(at: now): counts]
  }

  /// Takes what was observed out of the windows again: it will be done anew, or does not count.
  package func withdraw(_ observed: [Int: Counts]) {
    guard !observed.isEmpty else { return }
    change { $0.withdraw(observed.mapValues(arranged), at: now) }
  }

  /// Adds what will not be done again to the totals.
  package func settle(_ counts: Counts) {
    change { $0.settle(arranged(counts)) }
  }

  /// Counts lines that were answered at once, of no file.
  package func count(_ counts: Counts) {
    _ = observe(counts)
    settle(counts)
  }

  /// The number of the oldest bucket that the windows still need.
  package var oldestBucket: Int { SlidingWindows.oldestBucket(at: now) }

  /// All that this run has settled.
  package var settled: Counts {
    state.withLock { state in
      var settled = state.statistics.total
      settled -= state.earlier
      return settled
    }
  }

  /// How a daemon with that queue is doing.
  func status(of queue: IntakeQueue, trouble: String? = nil) -> StatusLine {
    state.withLock { state in
      let minute = state.statistics.window(.oneMinute, at: now)
      let recent = state.statistics.window(.fiveMinutes, at: now).counts
      let last = labels.indices.last.flatMap { recent.labelledTotal > 0 ? $0 : nil }
      return StatusLine(
        queue: queue, tweetsPerSecond: minute.tweetsPerSecond,
        mood: last.map { (labels[$0], recent.share(ofLabel: $0)) },
        rejected: state.statistics.total.rejectedTotal, trouble: trouble)
    }
  }

  /// Everything as it is now, with that queue.
  package func current(with queue: IntakeQueue = .init()) -> CurrentStatistics {
    state.withLock { current(&$0, queue) }
  }

  /// Writes `current.json` into `folder` when something has changed and the last time is long enough ago.
  ///
  /// - Parameter isLast: writes in any case.
  package func write(
    into folder: Directory, queue: IntakeQueue = .init(), isLast: Bool = false
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

  private func current(_ state: inout State, _ queue: IntakeQueue) -> CurrentStatistics {
    CurrentStatistics(
      snapshot: state.statistics.snapshot(at: now), time: .now, started: started, since: state.since,
      model: state.model, queue: queue)
  }

  /// Since 1970 by a clock that never goes back: the wall clock's time at the start and what has passed since.
  private var now: Duration { epoch + start.duration(to: .now) }

  private func arranged(_ counts: Counts) -> Counts { counts.arranged(by: nothing.labels, nothing.reasons) }

  private func change(_ body: (inout RollingStatistics) -> Void) {
    state.withLock { state in
      body(&state.statistics)
      state.hasChanged = true
    }
  }
}
