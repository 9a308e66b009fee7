internal import Synchronization

/// What the source knows of its jobs and the sink needs to know: where the two threads meet.
final class JobHandover: Sendable {
  private struct State {
    var jobs: [Int: (job: Job, outcome: Job.Outcome?)] = [:]
    /// Inputs that are refused for what their first lines are; the rest of them need not be read.
    var givenUp: Set<Int> = []
    var lastInput = 0
  }

  private let state = Mutex(State())

  /// Begins to read `job` from its checkpoint on; returns the input's number.
  func begin(_ job: Job) -> Int {
    state.withLock { state in
      state.lastInput += 1
      state.jobs[state.lastInput] = (job, nil)
      return state.lastInput
    }
  }

  /// Says how `input` ended, before its last segment goes on its way.
  func end(_ input: Int, _ outcome: Job.Outcome) {
    state.withLock { $0.jobs[input]?.outcome = outcome }
  }

  /// The job that `input` belongs to, and where it was begun.
  func job(of input: Int) -> Job? {
    state.withLock { $0.jobs[input]?.job }
  }

  /// How `input` ended; it is forgotten.
  func takeOutcome(of input: Int) -> Job.Outcome? {
    state.withLock { state in
      state.givenUp.remove(input)
      return state.jobs.removeValue(forKey: input)?.outcome
    }
  }

  /// Says that `input` will be refused whatever else is in it.
  func giveUp(_ input: Int) {
    state.withLock { _ = $0.givenUp.insert(input) }
  }

  /// Whether the rest of `input` need not be read.
  func isGivenUp(_ input: Int) -> Bool {
    state.withLock { $0.givenUp.contains(input) }
  }
}
