internal import Dispatch
internal import Synchronization

/// A queue between threads that holds a limited number of elements.
final class BoundedQueue<Element: Sendable>: Sendable {
  private let elements = Mutex<[Element]>([])
  private let filled = DispatchSemaphore(value: 0)
  /// Starts at 0 and is raised: libdispatch traps when a semaphore ends below the value that it began with.
  private let free = DispatchSemaphore(value: 0)

  init(capacity: Int) {
    for _ in 0..<capacity { free.signal() }
  }

  /// Adds an element at the end; waits while the queue is full.
  func put(_ element: Element) {
    free.wait()
    elements.withLock { $0.append(element) }
    filled.signal()
  }

  /// Takes the first element; waits while the queue is empty.
  func take() -> Element {
    filled.wait()
    return takeFirst()
  }

  /// The same, but nil when the queue stays empty for `time`.
  func take(within time: DispatchTimeInterval) -> Element? {
    filled.wait(timeout: .now() + time) == .success ? takeFirst() : nil
  }

  private func takeFirst() -> Element {
    let element = elements.withLock { $0.removeFirst() }
    free.signal()
    return element
  }
}
