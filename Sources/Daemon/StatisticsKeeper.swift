internal import Scoring
package import Statistics
internal import Synchronization
package import SystemCalls
internal import SystemPackage

/// The statistics of a running daemon, updated by its sink and written to `current.json` by its housekeeping.
///
/// An intake with persistent state restores those of the last run.
package final class StatisticsKeeper: Sendable {
  private struct State {
    var statistics: RollingStatistics
    /// The model's name.
    var model: String
    /// What the windows count and the totals do not yet: the lines of unfinished files.
    var unsettled: Counts
    /// Estimates true shares from the model's answers; nil where it was not judged.
    var estimator: ShareEstimator?
    /// The totals of earlier runs.
    var earlier: Counts
    /// The start of the statistics over all runs.
    var since: String
    /// Whether the file is out of date.
    var hasChanged = true
    var lastWrite: SuspendingClock.Instant?
  }

  /// The model's labels, in its order.
  package let labels: [String]

  private let state: Mutex<State>
  private let start = SuspendingClock.now
  /// The start of this run by the wall clock, since 1970; the clock is not read again.
  private let epoch: Duration
  /// When this run began.
  package let started: UTCTime

  /// The minimum time between writes of the file.
  private static let interval = Duration.seconds(2)
  /// The maximum time between writes without changes, so that the windows become empty.
  private static let longInterval = Duration.seconds(SlidingWindows.bucketSeconds)

  /// Empty statistics, for a model with `labels`.
  package init(labels: [String], model: String) {
    self.labels = labels
    started = .now
    epoch = .microseconds(started.microseconds)
    let nothing = Counts(ofLines: labels)
    state = Mutex(
      State(
        statistics: RollingStatistics(of: nothing, start: epoch), model: model, unsettled: nothing,
        earlier: nothing, since: started.rfc3339))
  }

  /// Restores the statistics of the last run. Labels that the model does not have come behind its own: their
  /// lines are lines of committed files all the same.
  ///
  /// - Parameters:
  ///   - total: the totals of earlier runs.
  ///   - buckets: their observations, by the buckets that `observe` returns.
  ///   - unsettled: the counts of files that an earlier run has not finished.
  ///   - since: the start of the first run.
  package func restore(
    total: Counts, buckets: [Int: Counts], unsettled: Counts = Counts(), since: UTCTime
  ) {
    state.withLock { state in
      state.statistics.restore(total: total, buckets: buckets, since: .microseconds(since.microseconds))
      (state.earlier, state.since) = (total, since.rfc3339)
      state.unsettled += unsettled
    }
  }

  /// Sets the name of the model, and what estimates true shares from its answers.
  package func name(model: String, estimator: ShareEstimator?) {
    state.withLock { ($0.model, $0.estimator, $0.hasChanged) = (model, estimator, true) }
  }

  /// Estimates true shares from the model's answers; nil where it was not judged.
  package var estimator: ShareEstimator? { state.withLock { $0.estimator } }

  /// Adds work in progress to the windows; returns the counts by bucket.
  package func observe(_ counts: Counts) -> [Int: Counts] {
    guard !counts.isEmpty else { return [:] }
    var bucket = 0
    change { state in
      // Within the lock: no other thread moves the windows on between the time and the count.
      let time = now
      state.statistics.observe(counts, at: time)
      state.unsettled += counts
      bucket = SlidingWindows.bucket(at: time)
    }
    return [bucket: counts]
  }

  /// Removes observations from the windows again: they will be repeated, or do not count.
  ///
  /// - Parameter counts: all that was observed, of which the windows may have forgotten the oldest.
  package func withdraw(_ observed: [Int: Counts], of counts: Counts) {
    change {
      $0.statistics.withdraw(observed, at: now)
      $0.unsettled -= counts
    }
  }

  /// Adds final counts to the totals.
  package func settle(_ counts: Counts) {
    change {
      $0.statistics.settle(counts)
      $0.unsettled -= counts
    }
  }

  /// Counts final lines that belong to no file.
  package func count(_ counts: Counts) {
    _ = observe(counts)
    settle(counts)
  }

  /// The oldest bucket that the windows still need.
  package var oldestBucket: Int { SlidingWindows.oldestBucket(at: now) }

  /// The totals of this run.
  package var settled: Counts {
    state.withLock { state in
      var settled = state.statistics.total
      settled -= state.earlier
      return settled
    }
  }

  /// The status of a daemon with this queue.
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

  /// The current statistics, with this queue.
  package func current(with queue: IntakeQueue = .init()) -> CurrentStatistics {
    state.withLock { current(&$0, queue) }
  }

  /// Writes `current.json` into `folder` if there are changes and the last write was long enough ago, or failed.
  ///
  /// - Parameter isLast: whether to write in any case.
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
    do throws(SystemCallError) {
      try folder.replace("current.json", with: bytes.span, mode: [.ownerReadWrite, .groupRead])
    } catch {
      // A call that did nothing would look as if the failure had passed.
      state.withLock { ($0.lastWrite, $0.hasChanged) = (nil, true) }
      throw error
    }
  }

  private func current(_ state: inout State, _ queue: IntakeQueue) -> CurrentStatistics {
    var snapshot = state.statistics.snapshot(at: now)
    snapshot.estimator = state.estimator
    return CurrentStatistics(
      snapshot: snapshot, time: .now, started: started, since: state.since,
      model: state.model, queue: queue, unsettled: state.unsettled.lines)
  }

  /// The time since 1970 by a monotonic clock: the wall clock's time at the start plus the elapsed time.
  private var now: Duration { epoch + start.duration(to: .now) }

  private func change(_ body: (inout State) -> Void) {
    state.withLock { state in
      body(&state)
      state.hasChanged = true
    }
  }
}
