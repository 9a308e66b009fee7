internal import Daemon
internal import Logging
internal import NIOCore
internal import Scoring
internal import Synchronization
internal import SystemCalls
internal import SystemPackage

/// Keeps a listening socket served, whatever accept(2) says.
///
/// That call also reports errors of the network and refusals of security modules, after which it is to be
/// tried again, but NIO closes the channel for most errors, and its descriptor with it. So a channel gets a
/// duplicate of the descriptor, and is replaced a moment after it has been closed; clients wait meanwhile.
final class Listener: Sendable {
  /// Opens a channel on a descriptor, which is closed with it; the listener is to note errors of accept(2).
  typealias Opening = @Sendable (_ descriptor: CInt, _ listener: Listener) -> EventLoopFuture<any Channel>

  private struct State {
    var hasEnded = false
    /// The last error.
    var error = ""
  }

  private let socket: SystemPackage.FileDescriptor
  private let loop: any EventLoop
  private let pause: TimeAmount
  private let log: Logger
  private let open: Opening
  private let state = Mutex(State())
  private let warnings = Throttle(.seconds(60))

  /// - Parameters:
  ///   - socket: stays open, and must be closed after the event loop has ended.
  ///   - pause: the time before another channel is opened.
  init(
    _ socket: SystemPackage.FileDescriptor, on loop: any EventLoop, pause: TimeAmount = .seconds(1),
    log: Logger, _ open: @escaping Opening
  ) {
    (self.socket, self.loop, self.pause, self.log, self.open) = (socket, loop, pause, log, open)
  }

  /// Opens the first channel.
  ///
  /// - Returns: fails with the error of opening it, or with a `SystemCallError`.
  func begin() -> EventLoopFuture<Void> {
    let copy: SystemPackage.FileDescriptor
    do {
      copy = try systemCall("dup", on: "a listening socket") { try socket.duplicate() }
    } catch {
      return loop.makeFailedFuture(error)
    }
    return open(copy.rawValue, self).map { channel in
      channel.closeFuture.whenComplete { _ in self.resume() }
    }
  }

  /// Notes why a connection was not accepted, or a channel not opened.
  func note(_ error: any Error) { state.withLock { $0.error = "\(error)" } }

  /// Lets the present channel be the last one; called before the event loop ends.
  func end() { state.withLock { $0.hasEnded = true } }

  private var hasEnded: Bool { state.withLock { $0.hasEnded } }

  /// Opens another channel after a pause, and tries again until that succeeds.
  private func resume() {
    guard !hasEnded else { return }
    tellLoss()
    loop.scheduleTask(in: pause) {
      guard !self.hasEnded else { return }
      self.begin().whenFailure { error in
        self.note(error)
        self.resume()
      }
    }
  }

  /// Logs that the channel has been lost, once a minute at most.
  private func tellLoss() {
    guard warnings.isDue() else { return }
    log.tell(DaemonEvent.connectionNotAccepted, ["error": "\(state.withLock { $0.error })"])
  }
}
