package import Scoring
package import Statistics
package import SystemCalls

/// The source of a daemon's tweets and the destination of its answers: a spool, or standard input.
///
/// An intake has one source and one sink, joined by a pipeline. Meanwhile other threads query its health and its
/// queue, and call `keepHouse` about once a second.
package protocol Intake: Sendable {
  associatedtype Source: ScoringSource
  associatedtype Sink: ScoreSink & Sendable

  /// The name of the source, for the log.
  var name: String { get }
  /// The statistics.
  var statistics: StatisticsKeeper { get }
  /// The queue and the file being read.
  var queue: IntakeQueue { get }
  /// A sentence about a task that is held, with the reason; nil if there is none.
  var trouble: String? { get }
  /// The folder of the daemon's persistent state; nil if it has none.
  var state: Directory? { get }
  /// What is measured besides the counts; nil for an intake without persistent state. Waits for nothing.
  var measurements: IntakeMeasurements? { get }
  /// The mood by event time: the windows of a length that begin in `period`, in seconds since 1970. May be called from
  /// any thread, and delays no work; nil if the intake keeps no history.
  func history(in period: Range<Int>, step: WindowStep) throws -> MoodHistory?

  /// The tweets; they end soon after `stop` is rung.
  func makeSource(stop: WakeUp) throws -> Source
  /// The destination of the labelled tweets.
  func makeSink(stop: WakeUp) throws -> Sink

  /// Answers what people ask of it on this machine, until `stop` rings.
  func serveRequests(until stop: WakeUp)
  /// Does the periodic work: writes statistics, cleans up. Failures are logged and do not stop the daemon.
  func keepHouse()
  /// Saves persistent state; called once, at the end.
  func finish()
}

extension Intake {
  /// Labels all tweets until the source ends or `stop` rings.
  func run(through pipeline: ScoringPipeline, until stop: WakeUp) throws {
    var (source, sink) = (try makeSource(stop: stop), try makeSink(stop: stop))
    try pipeline.run(source: &source, sink: &sink)
  }

  package var measurements: IntakeMeasurements? { nil }
  package func history(in period: Range<Int>, step: WindowStep) throws -> MoodHistory? { nil }

  /// The current statistics, with the queue.
  package var current: CurrentStatistics { statistics.current(with: queue) }

  /// The status in one line, as `systemctl status` shows it.
  package var statusText: String { statistics.status(of: queue, trouble: trouble).text }
}

/// The queue of a daemon, and the file being read.
package struct IntakeQueue: Sendable {
  /// The number of files that will be claimed.
  package var queued = 0
  /// The number of entries that will not be claimed: links, FIFOs, devices, directories.
  package var leftAlone = 0
  /// The bytes of these files.
  package var bytes = 0
  /// When the oldest of them arrived; nil if there are none.
  package var oldest: UTCTime?
  /// The number of claimed files that are held, until they are released or cancelled.
  package var held = 0
  /// How often something that is not a plain file took the place of one while it was being claimed, since the start.
  package var setAside = 0
  /// The file being read, and the progress in percent.
  package var current: (name: FileName, percent: Int)?

  /// An empty queue by default.
  package init(
    queued: Int = 0, leftAlone: Int = 0, held: Int = 0, setAside: Int = 0,
    current: (name: FileName, percent: Int)? = nil
  ) {
    (self.queued, self.leftAlone, self.current) = (queued, leftAlone, current)
    (self.held, self.setAside) = (held, setAside)
  }

  /// `position` as a percentage of `size`; 100 if `size` is 0.
  package static func percent(_ position: Int, of size: Int) -> Int {
    size == 0 ? 100 : min(100, position * 100 / size)
  }
}

/// What an intake with persistent state measures of itself, besides its counts.
package struct IntakeMeasurements: Sendable {
  /// Every task that may be held, and whether it is.
  package var tasks: [(name: String, isHeld: Bool)]
  /// When the last file was published, by any run; nil if none was.
  package var lastSuccess: UTCTime?
  /// The seconds from the arrival of a file to its publication.
  package var latency = Histogram(bounds: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 14_400])
  /// The number of files and bytes in each folder, as of the last look.
  package var folders: [(name: String, files: Int, bytes: Int)]
  /// The space of the file systems of some folders, in bytes.
  package var space: [(name: String, free: Int, size: Int)] = []
  /// The length of the ledger with its companions, in bytes.
  package var ledgerBytes = 0

  /// Nothing yet, with a place for everything.
  ///
  /// - Parameters:
  ///   - tasks: all tasks that may be held.
  ///   - folders: the names of all folders.
  package init(tasks: [String], folders: [String]) {
    self.tasks = tasks.map { ($0, false) }
    self.folders = folders.map { ($0, 0, 0) }
  }
}
