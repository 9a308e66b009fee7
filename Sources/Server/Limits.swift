internal import Dispatch
internal import NIOCore
internal import Synchronization
internal import SystemCalls

/// A number of equal things, of which only so many may be in use.
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
/// The generic cell rate algorithm: a second's worth may come at once. As every connection has one request at a time,
/// the longest wait is the number of connections divided by the rate, and clients that ask without a pause leave the
/// processor to the daemon's work.
final class Pace: Sendable {
  private let interval: TimeAmount
  private let burst: TimeAmount
  private let next = Mutex(NIODeadline.uptimeNanoseconds(0))

  init(perSecond rate: Int64) {
    interval = .nanoseconds(1_000_000_000 / rate)
    burst = .seconds(1)
  }

  /// Counts a request at `now`; returns how long it has to wait.
  func delay(at now: NIODeadline) -> TimeAmount {
    next.withLock { next in
      next = max(next, now - burst) + interval
      return max(next - now, .nanoseconds(0))
    }
  }
}

/// The thread for requests that take time: labelling texts, reading the ledger. One at a time, and few wait.
///
/// While the daemon is at work, a pause nine times as long follows each piece of work, so that all requests together
/// take a tenth of one processor from it.
final class TurnQueue: Sendable {
  private let queue = DispatchQueue(label: "animo.requests")
  private let waiting: Allowance
  private let isBusy: @Sendable () -> Bool
  private let hasEnded = Mutex(false)
  private let end = DispatchSemaphore(value: 0)

  /// The ratio of pauses to work, and the longest pause.
  private static let pause = (ratio: 9.0, longest: 2.0)

  /// - Parameters:
  ///   - limit: the maximum number of requests that wait.
  ///   - isBusy: whether the daemon is at work.
  init(limit: Int = 16, isBusy: @escaping @Sendable () -> Bool) {
    waiting = Allowance(limit)
    self.isBusy = isBusy
  }

  /// Whether another request would be refused.
  var isFull: Bool {
    guard waiting.take() else { return true }
    waiting.giveBack()
    return false
  }

  /// Runs `body` when its turn comes; returns false if too many wait already.
  func submit(_ body: @escaping @Sendable () -> Void) -> Bool {
    guard waiting.take() else { return false }
    queue.async { [self] in
      defer { waiting.giveBack() }
      guard !isOver else { return }
      work(body)
    }
    return true
  }

  /// Whether the server ends.
  var isOver: Bool { hasEnded.withLock { $0 } }

  /// Runs one piece of work of a request, and lets the daemon's own work go first afterwards.
  func work<Result>(_ body: () -> Result) -> Result {
    let begin = SuspendingClock.now
    let result = body()
    rest(after: begin.duration(to: .now) / .seconds(1))
    return result
  }

  /// Pauses after work that took some seconds, if the daemon is at work.
  func rest(after seconds: Double) {
    guard isBusy(), !isOver else { return }
    _ = end.wait(timeout: .now() + min(seconds * Self.pause.ratio, Self.pause.longest))
  }

  /// Ends pauses and drops what waits; returns when nothing runs any more.
  func stop() async {
    hasEnded.withLock { $0 = true }
    end.signal()
    await withCheckedContinuation { continuation in queue.async { continuation.resume() } }
  }
}
