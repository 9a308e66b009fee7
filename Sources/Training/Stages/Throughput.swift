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
