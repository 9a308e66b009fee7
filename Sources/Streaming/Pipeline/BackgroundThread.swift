internal import Dispatch

/// A thread of its own for work that blocks, so that the shared pool of threads never has to wait.
struct BackgroundThread {
  private let done = DispatchSemaphore(value: 0)

  /// Starts `body` at once.
  init(_ name: String, _ body: @escaping @Sendable () -> Void) {
    DispatchQueue(label: name).async { [done] in
      body()
      done.signal()
    }
  }

  /// Waits until the work is done.
  func join() {
    done.wait()
  }
}
