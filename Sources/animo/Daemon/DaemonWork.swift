import Spool
import Streaming
import SystemCalls

/// What the daemon does all day: a spool, or standard input.
protocol DaemonWork: Sendable {
  var modelName: String { get }
  /// The labels of its model.
  var labels: [String] { get }
  /// Where tweets come from, for the log.
  var sourceName: String { get }
  /// One line for `systemctl status`.
  var statusText: String { get }
  /// The statistics of this moment.
  var current: CurrentStatistics { get }
  /// What cannot be done at the moment, and why; nil when all is well.
  var trouble: String? { get }
  /// What has become of all lines so far.
  var tally: Tally { get }

  /// How many files were refused as a whole.
  var refusedFiles: Int { get }

  /// Where it remembers its work; nil when it does not.
  var state: Directory? { get }

  /// Goes on with other settings: from the next file on, or from the next lines where there are no files.
  func adopt(_ configuration: ServeConfiguration, _ engine: ScoringEngine)
  /// Works until the input has ended or `stop` rings.
  func run(until stop: WakeUp) throws
  /// Does what is due; called about once a second.
  func keepHouse()
  /// Stores what is to survive; called once, at the end.
  func finish()
}
