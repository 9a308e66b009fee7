internal import Dispatch
internal import NIOCore
internal import Synchronization
internal import SystemCalls

/// A number of equal things, of which a limited number may be in use.
final class Allowance: Sendable {
  private let limit: Int
  private let used = Mutex(0)

  init(_ limit: Int) { self.limit = limit }

  /// Takes `count`; returns false, taking none, if fewer are left.
  func take(_ count: Int = 1) -> Bool {
    used.withLock { used in
      guard used + count <= limit else { return false }
      used += count
      return true
    }
  }

  /// Gives back what was taken.
  func giveBack(_ count: Int = 1) { used.withLock { $0 -= count } }
}

/// A rate of requests; those above it are answered later.
///
/// The generic cell rate algorithm: a second's worth may come at once. Clients that ask without a pause leave
/// the processor to the daemon's work. No request waits for more than a second: each connection has one at a
/// time, and what would have to wait longer stands behind requests of connections that have been closed since.
final class Pace: Sendable {
  private let interval: TimeAmount
  private let burst: TimeAmount
  private let longestWait = TimeAmount.seconds(1)
  private let next = Mutex(NIODeadline.uptimeNanoseconds(0))

  init(perSecond rate: Int64) {
    interval = .nanoseconds(1_000_000_000 / rate)
    burst = .seconds(1)
  }

  /// Counts a request at `now`, which takes as much as `cost` others; returns how long it has to wait.
  func delay(at now: NIODeadline, cost: Int64 = 1) -> TimeAmount {
    let time = TimeAmount.nanoseconds(interval.nanoseconds * cost)
    return next.withLock { next in
      next = min(max(next, now - burst) + time, now + longestWait)
      return max(next - now, .nanoseconds(0))
    }
  }
}

/// The thread for requests that take time: labelling texts, reading the ledger. One at a time, and few wait.
///
/// While the daemon is at work, a pause nineteen times as long follows each piece of work, so that all requests together
/// take a twentieth of one processor from it.
final class TurnQueue: Sendable {
  private struct State {
    var waiting: [@Sendable () -> Void] = []
    var hasEnded = false
    /// Since then the thread has worked without a pause.
    var begin = SuspendingClock.now
  }

  private let state = Mutex(State())
  /// Of those that wait and the one that is served.
  private let places: Allowance
  private let isBusy: @Sendable () -> Bool
  /// Counts requests, and the end.
  private let news = DispatchSemaphore(value: 0)
  /// Ends a pause.
  private let end = DispatchSemaphore(value: 0)
  /// Ends when the thread does.
  private let finished = AsyncStream<Never>.makeStream()

  /// The ratio of pauses to work, and the longest pause in seconds.
  private static let pause = (ratio: 19.0, longest: 30.0)

  /// - Parameters:
  ///   - limit: the maximum number of requests at a time.
  ///   - isBusy: whether the daemon is at work.
  init(limit: Int = 16, isBusy: @escaping @Sendable () -> Bool) {
    places = Allowance(limit)
    self.isBusy = isBusy
  }

  /// Starts the thread.
  ///
  /// - Throws: `SystemCallError` if the system refuses one.
  func start() throws(SystemCallError) {
    _ = try BackgroundThread("requests") { self.run() }
  }

  /// Whether another request would be refused.
  var isFull: Bool {
    guard places.take() else { return true }
    places.giveBack()
    return false
  }

  /// Runs `body` when its turn comes; returns false if too many wait already.
  func submit(_ body: @escaping @Sendable () -> Void) -> Bool {
    guard places.take() else { return false }
    state.withLock { $0.waiting.append(body) }
    news.signal()
    return true
  }

  /// Whether a request takes processor time that the daemon needs.
  var competes: Bool { isBusy() }

  /// Whether the server ends.
  var isOver: Bool { state.withLock { $0.hasEnded } }

  /// Pauses after the work since the last pause, if the daemon is at work.
  ///
  /// Long work pauses by itself, after each piece of it.
  func rest() {
    defer { resume() }
    guard isBusy(), !isOver else { return }
    let seconds = state.withLock { $0.begin }.duration(to: .now) / .seconds(1)
    _ = end.wait(timeout: .now() + min(seconds * Self.pause.ratio, Self.pause.longest))
  }

  private func resume() { state.withLock { $0.begin = .now } }

  /// Ends pauses and drops what waits; returns when the thread has ended.
  func stop() async {
    state.withLock { $0.hasEnded = true }
    end.signal()
    news.signal()
    for await _ in finished.stream {}
  }

  private func run() {
    defer { finished.continuation.finish() }
    while let body = next() {
      resume()
      body()
      places.giveBack()
      rest()
    }
  }

  /// The next request, once there is one; nil at the end.
  private func next() -> (@Sendable () -> Void)? {
    news.wait()
    return state.withLock { state in
      state.hasEnded || state.waiting.isEmpty ? nil : state.waiting.removeFirst()
    }
  }
}
