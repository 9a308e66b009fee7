internal import Dispatch
internal import Synchronization
internal import Tweets

/// A chunk of tweets on its way round, with all that belongs to it, and the sign that a worker is done with it.
///
/// Only one thread at a time has it; the lock is never waited for.
final class WorkItem: Sendable {
  struct Content {
    /// What the source has given.
    var chunk = Chunk()
    /// What it is to be labelled with; one engine for all its lines.
    var engine: ScoringEngine?
    /// What a worker has made of it.
    var scored = ScoredChunk()
    /// Whether the pipeline's token goes with it.
    var hasToken = false
  }

  let content = Mutex(Content())
  let isScored = DispatchSemaphore(value: 0)
}

/// The work's way round: empty → to the workers, and in the same order to the writer → empty.
final class Belt: Sendable {
  let empty: BoundedQueue<WorkItem>
  /// nil ends one worker.
  let toScore: BoundedQueue<WorkItem?>
  /// nil ends the writer.
  let toWrite: BoundedQueue<WorkItem?>
  private let abandoned = Atomic(false)

  /// So long nothing may come before the writer asks its sink whether something is due, and a worker shows that it lives.
  static var patience: DispatchTimeInterval { .milliseconds(100) }

  init(chunks: Int) {
    empty = BoundedQueue(capacity: chunks)
    toScore = BoundedQueue(capacity: 2 * chunks)
    toWrite = BoundedQueue(capacity: chunks + 1)
    for _ in 0..<chunks { empty.put(WorkItem()) }
  }

  /// Sends a chunk on its way.
  func send(_ item: WorkItem) {
    toScore.put(item)
    toWrite.put(item)
  }

  /// Lets what is on its way go round without being labelled or written.
  func abandon() {
    abandoned.store(true, ordering: .relaxed)
  }

  var isAbandoned: Bool { abandoned.load(ordering: .relaxed) }

  /// Tells all threads that nothing more will come.
  func end(workers: Int) {
    for _ in 0..<workers { toScore.put(nil) }
    toWrite.put(nil)
  }
}

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
