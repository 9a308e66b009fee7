internal import Synchronization

/// The proof that a pipeline moves: a token that goes with the tweets from source to sink and comes home from there,
/// and a sign of life from each worker meanwhile.
///
/// There is one token. When it is home the source's thread puts it on the next chunk, be it an empty one, and the chunk
/// goes through the workers' queue and the writer's like any other; the writer gives it back when the sink is done with
/// the chunk. It takes chunks in order, so that it waits for a worker that hangs with a chunk in hand. One that hangs
/// with empty hands would not be missed, as the others take its share: so each worker shows itself whenever it comes to
/// the queue, and the token is only home when all have done so since it was home last.
/// Whoever sees `rounds` grow knows that no stage hangs.
package final class Pulse: Sendable {
  private enum Place { case home, underway, waitingForWorkers }

  private struct State {
    var place = Place.home
    var rounds = 0
    var workers = 0
    /// The workers that have shown themselves since the token was home last.
    var seen: Set<Int> = []
  }

  private let state = Mutex(State())
  private let onPreparation: @Sendable () -> Void
  private let onFirstRound: @Sendable () -> Void

  /// - Parameters:
  ///   - onPreparation: called for each piece of work that is done before the pipeline can run.
  ///   - onFirstRound: called once, on a thread of the pipeline, when the token has come home for the first time.
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

  /// Sets how many workers have to show themselves in each round, numbered from 0.
  func expect(workers: Int) { state.withLock { $0.workers = workers } }

  /// Takes the token along if it is home; returns whether it was.
  func depart() -> Bool {
    state.withLock { state in
      guard state.place == .home else { return false }
      state.place = .underway
      return true
    }
  }

  /// A worker has come to the queue: whatever it had in hand is done.
  func show(worker: Int) { step { $0.seen.insert(worker) } }

  /// Gives the token back.
  func arrive() { step { $0.place = .waitingForWorkers } }

  /// Makes one of the steps that bring the token home; a round is over when it was the last one.
  private func step(_ change: (inout State) -> Void) {
    let isHome = state.withLock { state in
      change(&state)
      guard state.place == .waitingForWorkers, state.seen.count >= state.workers else { return false }
      state.place = .home
      state.seen.removeAll(keepingCapacity: true)
      return true
    }
    if isHome { advance() }
  }
}

/// Lets something be done again only when some time has passed since it was done last.
package final class Throttle: Sendable {
  private let interval: Duration
  private let last = Mutex<SuspendingClock.Instant?>(nil)

  package init(_ interval: Duration) { self.interval = interval }

  /// Whether it is time; if so, the time begins to run anew.
  package func isDue() -> Bool {
    last.withLock { last in
      let now = SuspendingClock.now
      if let last, last.duration(to: now) < interval { return false }
      last = now
      return true
    }
  }

  /// It is time again at once.
  package func hurry() { last.withLock { $0 = nil } }
}
