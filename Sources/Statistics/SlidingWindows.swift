/// The last hour in buckets of ten seconds, from which every shorter window is summed up.
///
/// Time is the caller's: a monotonic clock's reading since any fixed moment, never going back. Memory is fixed:
/// 360 buckets.
package struct SlidingWindows: Sendable {
  /// A window's length.
  package enum Length: String, CaseIterable, Sendable {
    case oneMinute = "1m"
    case fiveMinutes = "5m"
    case fifteenMinutes = "15m"
    case oneHour = "1h"

    /// In seconds.
    package var seconds: Int {
      switch self {
      case .oneMinute: 60
      case .fiveMinutes: 300
      case .fifteenMinutes: 900
      case .oneHour: 3600
      }
    }
  }

  /// What a window holds.
  package struct Sum: Equatable, Sendable {
    /// What was counted in it.
    package var counts: Counts
    /// How much time it really spans: at most its length, less than that soon after the start.
    package var seconds: Double
    /// Answered tweets a second over that time.
    package var tweetsPerSecond: Double { Double(counts.answered) / max(1, seconds) }
  }

  /// How long a bucket is, in seconds.
  package static let bucketSeconds = 10
  private static let bucketCount = Length.oneHour.seconds / bucketSeconds

  private var start: Duration
  private let empty: Counts
  private var buckets: [Counts]
  /// The number of the newest bucket; bucket `n` lies at `n % bucketCount`.
  private var newest: Int

  /// Empty windows that begin at `start` and count what `empty` has names for.
  package init(of empty: Counts, start: Duration) {
    self.start = start
    self.empty = empty
    buckets = Array(repeating: empty, count: Self.bucketCount)
    newest = Self.bucket(at: start)
  }

  /// Counts what became of some tweets at `now`.
  package mutating func add(_ counts: Counts, at now: Duration) {
    advance(to: now)
    buckets[newest % Self.bucketCount] += counts
  }

  /// The number of the bucket that counts at `now`: tens of seconds since the clock started.
  package static func bucket(at now: Duration) -> Int { Int(now.components.seconds) / bucketSeconds }

  /// The number of the oldest bucket that any window reaches back to at `now`.
  package static func oldestBucket(at now: Duration) -> Int { bucket(at: now) - bucketCount + 1 }

  /// Puts back what an earlier run has counted.
  ///
  /// - Parameters:
  ///   - earlier: what was in its buckets, by their numbers; those that are too old are left out.
  ///   - begin: when it began to count.
  package mutating func restore(_ earlier: [Int: Counts], since begin: Duration) {
    start = min(start, begin)
    for (bucket, counts) in earlier where holds(bucket) { buckets[bucket % Self.bucketCount] += counts }
  }

  /// Takes out again what was counted before `now`, by the numbers of the buckets; what is too old has gone already.
  package mutating func withdraw(_ earlier: [Int: Counts], at now: Duration) {
    advance(to: now)
    for (bucket, counts) in earlier where holds(bucket) { buckets[bucket % Self.bucketCount] -= counts }
  }

  private func holds(_ bucket: Int) -> Bool {
    bucket > newest - Self.bucketCount && bucket <= newest && bucket >= 0
  }

  /// What the window that ends at `now` holds: the bucket of `now`, as far as it goes, and those before it.
  package mutating func sum(over length: Length, at now: Duration) -> Sum {
    advance(to: now)
    let first = newest - length.seconds / Self.bucketSeconds + 1
    var counts = empty
    for bucket in max(first, 0)...newest { counts += buckets[bucket % Self.bucketCount] }
    let begin = max(start.inSeconds, Double(first * Self.bucketSeconds))
    return Sum(counts: counts, seconds: max(0, now.inSeconds - begin))
  }

  /// Empties the buckets that `now` has left behind.
  private mutating func advance(to now: Duration) {
    let current = Self.bucket(at: now)
    guard current > newest else { return }
    for bucket in max(newest + 1, current - Self.bucketCount + 1)...current {
      buckets[bucket % Self.bucketCount].clear()
    }
    newest = current
  }
}

extension [Int: Counts] {
  /// Adds what other buckets hold.
  package static func += (sum: inout [Int: Counts], other: [Int: Counts]) {
    sum.merge(other) { first, second in
      var both = first
      both += second
      return both
    }
  }
}

extension Duration {
  /// The same in seconds.
  var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
