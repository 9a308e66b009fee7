internal import Synchronization

/// A value that is kept for a while: however many ask for it, it is made once in that time.
///
/// What is made of it is as old as it:
/// ```swift
/// let state = Fresh(for: .milliseconds(100)) { daemon.state() }
/// let metrics = state.map { MetricsText(of: $0).text }
/// ```
final class Fresh<Value: Sendable>: Sendable {
  typealias Moment = SuspendingClock.Instant

  private struct Kept {
    let value: Value
    /// From then on it is old.
    let end: Moment
  }

  private let now: @Sendable () -> Moment
  private let make: @Sendable (_ now: Moment) -> Kept
  private let kept = Mutex<Kept?>(nil)

  private init(now: @escaping @Sendable () -> Moment, _ make: @escaping @Sendable (Moment) -> Kept) {
    (self.now, self.make) = (now, make)
  }

  /// - Parameters:
  ///   - age: how old it may become; it is made anew each time if that is 0.
  ///   - now: tells the time.
  ///   - make: makes it; must not wait.
  convenience init(
    for age: Duration, now: @escaping @Sendable () -> Moment = { .now },
    _ make: @escaping @Sendable () -> Value
  ) {
    self.init(now: now) { Kept(value: make(), end: $0.advanced(by: age)) }
  }

  /// What `transform` makes of the value, once for each.
  func map<Other>(_ transform: @escaping @Sendable (Value) -> Other) -> Fresh<Other> {
    Fresh<Other>(now: now) { now in
      let kept = self.current(at: now)
      return Fresh<Other>.Kept(value: transform(kept.value), end: kept.end)
    }
  }

  /// The value as it was made last, if it is not old.
  var value: Value { current(at: now()).value }

  private func current(at now: Moment) -> Kept {
    kept.withLock { kept in
      if let kept, now < kept.end { return kept }
      let new = make(now)
      kept = new
      return new
    }
  }
}
