internal import Synchronization

/// The proof that a pipeline moves: a token that goes with the tweets from source to sink and comes home from there.
///
/// There is one token. When it is home the source's thread puts it on the next chunk, be it an empty one, and the chunk
/// goes through the workers' queue and the writer's like any other. The writer takes chunks in order, so that it waits
/// for every worker that hangs, whichever has the token; it brings the token home when the sink is done with the chunk.
/// Whoever sees `rounds` grow knows that no stage hangs.
package final class Pulse: Sendable {
  private struct State {
    var isHome = true
    var rounds = 0
  }

  private let state = Mutex(State())
  private let onPreparation: @Sendable () -> Void
  private let onFirstRound: @Sendable () -> Void

  /// - Parameters:
  ///   - onPreparation: called for each piece of work that is done before the pipeline can run.
  ///   - onFirstRound: called once, on the sink's thread, when the token has come home for the first time.
  package init(
    onPreparation: @escaping @Sendable () -> Void = {}, onFirstRound: @escaping @Sendable () -> Void = {}
  ) {
    self.onPreparation = onPreparation
    self.onFirstRound = onFirstRound
  }

  /// How often the sink's side has shown that it moves.
  package var rounds: Int { state.withLock { $0.rounds } }

  /// A piece of work is done that has to be before the pipeline can run.
  package func prepare() { onPreparation() }

  /// The sink has done a piece of work that keeps the token waiting, or has tried once more what it cannot do yet.
  ///
  /// To be called for things done, never by a timer: a call that hangs must be seen.
  package func advance() {
    let rounds = state.withLock { state in
      state.rounds += 1
      return state.rounds
    }
    if rounds == 1 { onFirstRound() }
  }

  /// Takes the token along if it is home; returns whether it was.
  func depart() -> Bool {
    state.withLock { state in
      defer { state.isHome = false }
      return state.isHome
    }
  }

  /// Brings the token home.
  func arrive() {
    state.withLock { $0.isHome = true }
    advance()
  }
}
