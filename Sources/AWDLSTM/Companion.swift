internal import Kernels
internal import Synchronization
internal import SystemCalls

/// A second thread for workers that get a few tweets only, so that two cores work on these.
///
/// The thread begins with the first of them, sleeps where there is none and ends with this object. Workers may share
/// one: while it helps one of them, another does its work alone. Answers do not depend on it, to the bit.
package final class Companion: Sendable {
  private let pair: ThreadPair?
  private let thread = Mutex(State.none)

  private enum State: Sendable {
    case none
    case running(BackgroundThread)
    /// The system has refused one.
    case refused
  }

  /// Without a second core there is no help.
  package init() {
    pair = ThreadPair.pays ? ThreadPair() : nil
  }

  deinit {
    pair?.stop()
    if case .running(let thread) = thread.withLock({ $0 }) { thread.join() }
  }

  /// Calls `body` with a pair of threads for a batch of `rows` tweets; with nil where there are too many of them or
  /// the other thread is not to be had.
  func sharing<Result>(_ rows: Int, _ body: (ThreadPair?) -> Result) -> Result {
    guard let pair, rows <= ThreadPair.maximumRows, isRunning(pair), pair.begin() else { return body(nil) }
    defer { pair.end() }
    return body(pair)
  }

  private func isRunning(_ pair: ThreadPair) -> Bool {
    thread.withLock { state in
      if case .none = state {
        let thread = try? BackgroundThread("companion") { pair.serve() }
        state = thread.map { .running($0) } ?? .refused
      }
      if case .running = state { return true }
      return false
    }
  }
}
