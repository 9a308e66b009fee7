internal import Dispatch
internal import ServiceLifecycle
internal import Synchronization
internal import SystemCalls

/// A service that blocks: it has a thread of its own, and a bell that rings when it should end.
struct BlockingService: Service, CustomStringConvertible {
  let description: String
  private let bell: WakeUp?
  private let body: @Sendable (WakeUp) throws -> Void

  /// - Parameters:
  ///   - name: that of its thread as well: see `ThreadName`.
  ///   - bell: one that others ring as well; by default the service's own.
  ///   - body: runs until it is done or the bell rings; then the service has ended.
  init(_ name: String, bell: WakeUp? = nil, _ body: @escaping @Sendable (WakeUp) throws -> Void) {
    description = name
    self.bell = bell
    self.body = body
  }

  func run() async throws {
    let stop = try bell ?? WakeUp()
    try await withGracefulShutdownHandler {
      try await withCheckedThrowingContinuation { continuation in
        DispatchQueue(label: "animo.\(description)").async {
          continuation.resume(with: Result { try ThreadName.set(to: description) { try body(stop) } })
        }
      }
    } onGracefulShutdown: {
      stop.ring()
    }
  }
}

/// The bridge from the main thread, which owns the signals, to the services.
enum Blocking {
  /// Runs `body` and waits for its end.
  static func run(_ body: @escaping @Sendable () async throws -> Void) throws {
    let outcome = Mutex<Result<Void, any Error>>(.success(()))
    let done = DispatchSemaphore(value: 0)
    // Of middle priority: outside a task the default is higher, which Linux refuses to ordinary users, and libdispatch
    // tells that to the journal.
    Task(priority: .medium) {
      do { try await body() } catch { outcome.withLock { $0 = .failure(error) } }
      done.signal()
    }
    done.wait()
    try outcome.withLock { $0 }.get()
  }
}
