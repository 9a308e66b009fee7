internal import Synchronization

/// Somebody's wish that training should save and end, from any thread; asked for after every minibatch.
package final class StopRequest: Sendable {
  private let requested = Atomic(false)

  package init() {}

  /// Makes the wish; it stays.
  package func request() { requested.store(true, ordering: .relaxed) }

  package var isRequested: Bool { requested.load(ordering: .relaxed) }
}
