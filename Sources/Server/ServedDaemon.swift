package import Daemon
package import JSON
package import Scoring
package import Statistics

/// What a server needs of the daemon that it shows.
///
/// The module depends neither on the spool nor on the ledger: the program passes these functions.
package struct ServedDaemon: Sendable {
  /// Makes what finds the words that decided; `goesOn` says whether they are still wanted.
  package typealias Reasons =
    @Sendable (ScoringEngine, _ goesOn: @escaping @Sendable () -> Bool) throws -> ReasonFinding.Finder

  /// The current state; called for each request, and must not wait.
  package var state: @Sendable () -> DaemonState
  /// The engine that labels texts.
  package var engine: @Sendable () -> ScoringEngine
  /// Makes what finds the words that decided, for an engine; kept until there is another, and used by one
  /// thread at a time. It is to return soon once `goesOn` has said no: the end of the server waits for it.
  package var reasons: Reasons
  /// The unfinished jobs and the last `limit` finished ones, as JSON. May wait for the disk.
  package var jobs: @Sendable (_ limit: Int) throws -> JSONValue

  /// The mood by event time; nil if the daemon keeps no history. May wait for the disk.
  package var windows: (@Sendable (_ period: Range<Int>, _ step: WindowStep) throws -> MoodHistory?)?

  /// - Parameters:
  ///   - state: the current state; must not wait.
  ///   - engine: the engine that labels texts.
  ///   - reasons: makes what finds the words that decided.
  ///   - jobs: unfinished jobs and the last finished ones.
  ///   - windows: the mood by event time; nil if there is no history.
  package init(
    state: @escaping @Sendable () -> DaemonState, engine: @escaping @Sendable () -> ScoringEngine,
    reasons: @escaping Reasons,
    jobs: @escaping @Sendable (_ limit: Int) throws -> JSONValue = { _ in Self.noJobs },
    windows: (@Sendable (_ period: Range<Int>, _ step: WindowStep) throws -> MoodHistory?)? = nil
  ) {
    (self.state, self.engine, self.reasons) = (state, engine, reasons)
    (self.jobs, self.windows) = (jobs, windows)
  }

  /// The jobs of a daemon that has none.
  package static let noJobs = JSONValue.object([("running", .array([])), ("last", .array([]))])
}
