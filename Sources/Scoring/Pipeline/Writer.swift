internal import Dispatch
internal import Synchronization
internal import Tweets

/// The end of the belt: hands chunks to the sink in order, and keeps its error.
final class Writer<Sink: ScoreSink & Sendable>: Sendable {
  private struct State {
    var sink: Sink
    var failure: (any Error)?
  }

  private let state: Mutex<State>
  private let failed = Atomic(false)
  private let pulse: Pulse

  init(_ sink: Sink, _ pulse: Pulse) {
    self.pulse = pulse
    state = Mutex(State(sink: sink))
  }

  /// Whether the sink has thrown.
  var hasFailed: Bool { failed.load(ordering: .relaxed) }

  /// Accepts chunks until the belt ends; after a failure they only circulate.
  func drain(_ belt: Belt) {
    while let item = next(on: belt) {
      while item.isScored.wait(timeout: .now() + Belt.patience) == .timedOut { attempt { try $0.pause() } }
      item.content.withLock { content in
        guard !belt.isAbandoned else { return }
        attempt { sink in
          if content.chunk.isEmpty { try sink.pause() } else { try sink.accept(content.scored) }
        }
        if content.hasToken, !hasFailed { pulse.arrive() }
      }
      belt.empty.put(item)
    }
    attempt { try $0.finish() }
  }

  /// The next chunk, scored or not, or nil when there will be none.
  private func next(on belt: Belt) -> WorkItem? {
    while true {
      if let next = belt.toWrite.take(within: Belt.patience) { return next }
      attempt { try $0.pause() }
    }
  }

  /// Lets the sink do something, unless it has failed before.
  private func attempt(_ body: (inout Sink) throws -> Void) {
    state.withLock { state in
      guard state.failure == nil else { return }
      do {
        try body(&state.sink)
      } catch {
        state.failure = error
        failed.store(true, ordering: .relaxed)
      }
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
