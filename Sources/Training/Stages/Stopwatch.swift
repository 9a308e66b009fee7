/// Elapsed time, including that before an interruption, by a monotonic clock.
package struct Stopwatch: Sendable {
  private let begin = ContinuousClock.now
  /// The seconds before this watch was started.
  private let before: Double

  /// Starts.
  package init(after seconds: Double = 0) {
    before = seconds
  }

  /// The seconds in total.
  package var total: Double { before + current }

  /// The seconds since the start.
  package var current: Double { (ContinuousClock.now - begin) / .seconds(1) }

  /// The estimated seconds for `left` more steps, after `done` equal steps since the start; nil before the first.
  package func timeLeft(for left: Int, after done: Int) -> Double? {
    done > 0 ? current / Double(done) * Double(left) : nil
  }
}

/// The speed of training in tokens per second, measured since the last reading.
struct Throughput {
  private var watch = Stopwatch()
  private var tokens = 0
  private var latest = 0.0

  mutating func add(_ tokens: Int) { self.tokens += tokens }

  /// Tokens per second since the last `take`, or, right after one, before it.
  var perSecond: Double { tokens > 0 ? Double(tokens) / max(watch.current, 1e-9) : latest }

  /// Returns the speed and starts a new measurement.
  mutating func take() -> Double {
    latest = perSecond
    restart()
    return latest
  }

  /// Starts a new measurement, for example after a pause.
  mutating func restart() {
    watch = Stopwatch()
    tokens = 0
  }
}
