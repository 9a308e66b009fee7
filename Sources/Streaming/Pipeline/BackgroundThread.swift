internal import Dispatch
internal import SystemCalls

/// A thread of its own for work that blocks, so that the shared pool of threads never has to wait.
struct BackgroundThread {
  private let done = DispatchSemaphore(value: 0)

  /// Starts `body` at once.
  ///
  /// - Parameter name: what the thread is called: see `ThreadName`.
  init(_ name: String, _ body: @escaping @Sendable () -> Void) {
    DispatchQueue(label: "animo.\(name)").async { [done] in
      ThreadName.set(to: name, during: body)
      done.signal()
    }
  }

  /// Waits until the work is done.
  func join() {
    done.wait()
  }
}
