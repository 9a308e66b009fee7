/// The mood of the stream: totals, and sliding windows of processing time.
///
/// Windows show work as it is done; totals count what is settled, whole files at a time. The two differ by the
/// files that are being worked on.
package struct RollingStatistics: Sendable {
  /// What was settled, by this run and those before it.
  package private(set) var total: Counts

  private let start: Duration
  private var windows: SlidingWindows

  /// Nothing yet.
  ///
  /// - Parameters:
  ///   - nothing: no counts, with the names of all labels and reasons that are counted.
  ///   - start: the present by the monotonic clock that all later times come from.
  package init(of nothing: Counts, start: Duration) {
    self.start = start
    total = nothing
    windows = SlidingWindows(of: nothing, start: start)
  }

  /// Puts back what earlier runs have counted; see `SlidingWindows.restore`.
  package mutating func restore(total earlier: Counts, buckets: [Int: Counts], since begin: Duration) {
    total += earlier
    windows.restore(buckets, since: begin)
  }

  /// Shows work that was done at `now` in the windows.
  package mutating func observe(_ counts: Counts, at now: Duration) {
    windows.add(counts, at: now)
  }

  /// Takes observed work, by the buckets that count it, out of the windows again.
  package mutating func withdraw(_ buckets: [Int: Counts], at now: Duration) {
    windows.withdraw(buckets, at: now)
  }

  /// Adds work to the totals that will not be undone any more.
  package mutating func settle(_ counts: Counts) {
    total += counts
  }

  /// What one window holds at `now`.
  package mutating func window(_ length: SlidingWindows.Length, at now: Duration) -> SlidingWindows.Sum {
    windows.sum(over: length, at: now)
  }

  /// Everything as it is at `now`.
  package mutating func snapshot(at now: Duration) -> Snapshot {
    Snapshot(
      uptime: (now - start).inSeconds, total: total,
      windows: SlidingWindows.Length.allCases.map { ($0, windows.sum(over: $0, at: now)) })
  }
}
