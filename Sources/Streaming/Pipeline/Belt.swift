internal import Dispatch
internal import Synchronization

/// A chunk on its way round, and the sign that a worker is done with it.
///
/// Only one thread at a time has it; the lock is never waited for.
final class Carrier: Sendable {
  let chunk = Mutex(Chunk())
  let isScored = DispatchSemaphore(value: 0)
}

/// The chunks' way round: empty → to the workers, and in the same order to the writer → empty.
final class Belt: Sendable {
  let empty: BoundedQueue<Carrier>
  /// nil ends one worker.
  let toScore: BoundedQueue<Carrier?>
  /// nil ends the writer.
  let toWrite: BoundedQueue<Carrier?>
  private let abandoned = Atomic(false)

  /// So long nothing may come before the writer asks its sink whether something is due, and a worker shows that it lives.
  static var patience: DispatchTimeInterval { .milliseconds(100) }

  init(chunks: Int) {
    empty = BoundedQueue(capacity: chunks)
    toScore = BoundedQueue(capacity: 2 * chunks)
    toWrite = BoundedQueue(capacity: chunks + 1)
    for _ in 0..<chunks { empty.put(Carrier()) }
  }

  /// Sends a chunk on its way.
  func send(_ carrier: Carrier) {
    toScore.put(carrier)
    toWrite.put(carrier)
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
