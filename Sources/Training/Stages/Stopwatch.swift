/// How long something has taken, over interruptions, by a clock that nobody sets.
package struct Stopwatch: Sendable {
  private let begin = ContinuousClock.now
  /// Seconds before this watch was started.
  private let before: Double

  /// Starts.
  package init(after seconds: Double = 0) {
    before = seconds
  }

  /// Seconds in all.
  package var total: Double { before + current }

  /// Seconds since the start.
  package var current: Double { (ContinuousClock.now - begin) / .seconds(1) }

  /// Seconds left, when of `count` equal things `done` have been done since the start, and `left` are to be; nil
  /// before the first.
  package func timeLeft(for left: Int, after done: Int) -> Double? {
    done > 0 ? current / Double(done) * Double(left) : nil
  }
}

/// How many tokens a second are trained, over all minibatches since the last time that somebody took the number.
struct Throughput {
  private var watch = Stopwatch()
  private var tokens = 0
  private var latest = 0.0

  mutating func add(_ tokens: Int) { self.tokens += tokens }

  /// Tokens a second since the last `take`, or, just after it, before it.
  var perSecond: Double { tokens > 0 ? Double(tokens) / max(watch.current, 1e-9) : latest }

  /// Tells the number and begins anew.
  mutating func take() -> Double {
    latest = perSecond
    restart()
    return latest
  }

  /// Begins anew, for example after a pause.
  mutating func restart() {
    watch = Stopwatch()
    tokens = 0
  }
}
