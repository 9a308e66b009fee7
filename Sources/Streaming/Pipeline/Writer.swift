internal import Dispatch
internal import Synchronization

/// The end of the belt: hands chunks to the sink in order, and keeps its error.
final class Writer<Sink: ScoreSink & Sendable>: Sendable {
  private struct State {
    var sink: Sink
    var failure: (any Error)?
  }

  private let state: Mutex<State>
  private let failed = Atomic(false)

  init(_ sink: Sink) {
    state = Mutex(State(sink: sink))
  }

  /// Whether the sink has thrown.
  var hasFailed: Bool { failed.load(ordering: .relaxed) }

  /// Accepts chunks until the belt ends; after a failure they only circulate.
  func drain(_ belt: Belt) {
    while let carrier = belt.toWrite.take() {
      carrier.isScored.wait()
      carrier.chunk.withLock { chunk in
        state.withLock { state in
          guard state.failure == nil, !chunk.isEmpty, !belt.isAbandoned else { return }
          do {
            try state.sink.accept(chunk)
          } catch {
            state.failure = error
            failed.store(true, ordering: .relaxed)
          }
        }
      }
      belt.empty.put(carrier)
    }
  }

  /// The sink as it is now.
  ///
  /// - Throws: what the sink threw.
  func finish() throws -> Sink {
    try state.withLock { state in
      if let failure = state.failure { throw failure }
      return state.sink
    }
  }
}
