internal import Synchronization

/// Lets something be done again only when some time has passed since it was done last.
package final class Throttle: Sendable {
  private let interval: Duration
  private let last = Mutex<SuspendingClock.Instant?>(nil)

  package init(_ interval: Duration) { self.interval = interval }

  /// Whether it is time; if so, the time begins to run anew.
  package func isDue() -> Bool {
    last.withLock { last in
      let now = SuspendingClock.now
      if let last, last.duration(to: now) < interval { return false }
      last = now
      return true
    }
  }

  /// It is time again at once.
  package func hurry() { last.withLock { $0 = nil } }
}
