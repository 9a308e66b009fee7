internal import Synchronization

/// The engine that the next job is labelled by: where a reload and the source of jobs meet.
package final class CurrentEngine: Sendable {
  private let engine: Mutex<ScoringEngine>

  /// Begins with `engine`.
  package init(_ engine: ScoringEngine) {
    self.engine = Mutex(engine)
  }

  /// What to begin a job with; the job keeps it to its end.
  package var now: ScoringEngine { engine.withLock { $0 } }

  /// Lets the next job begin with `other`.
  package func replace(with other: ScoringEngine) {
    engine.withLock { $0 = other }
  }
}
