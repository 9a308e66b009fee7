internal import Synchronization

/// Passes information about jobs from the source to the sink, between their threads.
final class JobHandover: Sendable {
  private struct State {
    var jobs: [Int: (job: Job, outcome: Job.Outcome?)] = [:]
    /// Inputs that will be refused because of their first lines; the rest need not be read.
    var givenUp: Set<Int> = []
    var lastInput = 0
  }

  private let state = Mutex(State())

  /// Registers `job` for reading from its checkpoint; returns the input's number.
  func begin(_ job: Job) -> Int {
    state.withLock { state in
      state.lastInput += 1
      state.jobs[state.lastInput] = (job, nil)
      return state.lastInput
    }
  }

  /// Sets the outcome of `input`, before its last segment is passed on.
  func end(_ input: Int, _ outcome: Job.Outcome) {
    state.withLock { $0.jobs[input]?.outcome = outcome }
  }

  /// The job of `input`, with the checkpoint that it started from.
  func job(of input: Int) -> Job? {
    state.withLock { $0.jobs[input]?.job }
  }

  /// Removes and returns the outcome of `input`.
  func takeOutcome(of input: Int) -> Job.Outcome? {
    state.withLock { state in
      state.givenUp.remove(input)
      return state.jobs.removeValue(forKey: input)?.outcome
    }
  }

  /// Notes that `input` will be refused, whatever follows.
  func giveUp(_ input: Int) {
    state.withLock { _ = $0.givenUp.insert(input) }
  }

  /// Whether the rest of `input` need not be read.
  func isGivenUp(_ input: Int) -> Bool {
    state.withLock { $0.givenUp.contains(input) }
  }
}
