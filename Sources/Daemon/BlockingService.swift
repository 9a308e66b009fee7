internal import Dispatch
internal import ServiceLifecycle
internal import Synchronization
internal import SystemCalls
internal import SystemPackage

/// A blocking service, with its own thread and a bell that rings when it should end.
struct BlockingService: Service, CustomStringConvertible {
  let description: String
  private let bell: WakeUp?
  private let body: @Sendable (WakeUp) throws -> Void

  /// - Parameters:
  ///   - name: also the name of its thread: see `BackgroundThread`.
  ///   - bell: a bell shared with others; by default the service's own.
  ///   - body: runs until it is done or the bell rings; its return ends the service.
  init(_ name: String, bell: WakeUp? = nil, _ body: @escaping @Sendable (WakeUp) throws -> Void) {
    description = name
    self.bell = bell
    self.body = body
  }

  func run() async throws {
    let stop = try bell ?? WakeUp()
    try await withGracefulShutdownHandler {
      try await withCheckedThrowingContinuation { continuation in
        do {
          _ = try BackgroundThread(description) { continuation.resume(with: Result { try body(stop) }) }
        } catch {
          continuation.resume(throwing: error)
        }
      }
    } onGracefulShutdown: {
      stop.ring()
    }
  }
}

/// Runs asynchronous code from the main thread, which owns the signals.
enum Blocking {
  /// The pool's first thread comes up within this time, or never.
  private static let patience = DispatchTimeInterval.seconds(30)

  /// Runs `body` and waits until it ends.
  ///
  /// - Throws: what `body` throws, or `SystemCallError` if Swift's pool gets no thread: libdispatch would wait in silence.
  static func run(_ body: @escaping @Sendable () async throws -> Void) throws {
    let outcome = Mutex<Result<Void, any Error>>(.success(()))
    let (begun, done) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    // At medium priority: outside a task the default is higher, which Linux denies to ordinary users, and libdispatch
    // logs that in the journal.
    Task(priority: .medium) {
      begun.signal()
      do { try await body() } catch { outcome.withLock { $0 = .failure(error) } }
      done.signal()
    }
    guard begun.wait(timeout: .now() + patience) == .success else {
      throw SystemCallError("pthread_create", on: "Swift's pool of threads", .resourceTemporarilyUnavailable)
    }
    done.wait()
    try outcome.withLock { $0 }.get()
  }
}
