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
