internal import Ledger
internal import Streaming
internal import Synchronization
internal import SystemCalls

/// What the source knows of its jobs and the sink needs to know: where the two threads meet.
final class JobBoard: Sendable {
  /// What becomes of a job at the end of an input.
  enum Outcome: Sendable, Equatable {
    /// All of it was read.
    case complete
    /// It cannot be labelled; why, in a word and in a sentence.
    case refused(reason: String, detail: String)
    /// It changed while it was read: another input of the same job follows.
    case again
  }

  private struct State {
    var jobs: [Int: (job: ClaimedJob, outcome: Outcome?)] = [:]
    /// Inputs that are refused for what their first lines are; the rest of them need not be read.
    var givenUp: Set<Int> = []
    var removed: (jobs: [String], before: String?) = ([], nil)
    var lastInput = 0
    var queued = 0
    var leftAlone = 0
    var current: (name: FileName, position: Int, size: Int)?
  }

  private let state = Mutex(State())

  /// Begins to read `job` from its checkpoint on; returns the input's number.
  func begin(_ job: ClaimedJob) -> Int {
    state.withLock { state in
      state.lastInput += 1
      state.jobs[state.lastInput] = (job, nil)
      return state.lastInput
    }
  }

  /// Says how `input` ended, before its last segment goes on its way.
  func end(_ input: Int, _ outcome: Outcome) {
    state.withLock { $0.jobs[input]?.outcome = outcome }
  }

  /// The job that `input` belongs to, and where it was begun.
  func job(of input: Int) -> ClaimedJob? {
    state.withLock { $0.jobs[input]?.job }
  }

  /// How `input` ended; it is forgotten.
  func takeOutcome(of input: Int) -> Outcome? {
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

  /// Says which inputs are no longer in `done/`, by their jobs' identities, and before which job all are past their time.
  func remove(_ jobs: [String], before limit: String?) {
    state.withLock { state in
      state.removed.jobs += jobs
      state.removed.before = limit ?? state.removed.before
    }
  }

  /// The inputs that have been said to be gone since the last time.
  func takeRemoved() -> (jobs: [String], before: String?) {
    state.withLock { state in
      defer { state.removed = ([], nil) }
      return state.removed
    }
  }

  /// Says what waits in the inbox: files to be taken, and things that never will be.
  func show(queued: Int, leftAlone: Int) {
    state.withLock { ($0.queued, $0.leftAlone) = (queued, leftAlone) }
  }

  /// Says how far the current file has been read; nil when there is none.
  func show(current: (name: FileName, position: Int, size: Int)?) {
    state.withLock { $0.current = current }
  }

  /// What waits and what is being read.
  var queue: SpoolStatus.Queue {
    state.withLock { state in
      SpoolStatus.Queue(
        queued: state.queued, leftAlone: state.leftAlone,
        current: state.current.map { current in
          (current.name, SpoolStatus.percent(current.position, of: current.size))
        })
    }
  }
}
