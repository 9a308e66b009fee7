package import Scoring
package import SystemCalls

/// Where a daemon's tweets come from and where its answers go: a spool, standard input, and whatever comes next.
///
/// An intake has one source and one sink, which one pipeline joins. Meanwhile others ask it for its health and its
/// queue, from any thread, and call `keepHouse` about once a second.
package protocol Intake: Sendable {
  associatedtype Source: ScoringSource
  associatedtype Sink: ScoreSink & Sendable

  /// Where tweets come from, for the log.
  var name: String { get }
  /// What is counted of them.
  var statistics: StatisticsKeeper { get }
  /// What waits and what is being read.
  var queue: IntakeQueue { get }
  /// What cannot be done at the moment, and why: a sentence. Nil when all is well.
  var trouble: String? { get }
  /// The folder where the daemon remembers its work; nil when it does not.
  var state: Directory? { get }

  /// The tweets; they end soon after `stop` was rung.
  func makeSource(stop: WakeUp) throws -> Source
  /// Where the labelled tweets of that source go.
  func makeSink(stop: WakeUp) throws -> Sink

  /// Does what is due: writes statistics, tidies up. Trouble with it is logged and does not stop the work.
  func keepHouse()
  /// Stores what is to survive; called once, at the end.
  func finish()
}

extension Intake {
  /// Labels all that comes, until it has ended or `stop` rings.
  func run(through pipeline: ScoringPipeline, until stop: WakeUp) throws {
    var (source, sink) = (try makeSource(stop: stop), try makeSink(stop: stop))
    try pipeline.run(source: &source, sink: &sink)
  }

  /// The statistics of this moment, with what waits.
  package var current: CurrentStatistics { statistics.current(with: queue) }

  /// The status in one line, as `systemctl status` shows it.
  package var statusText: String { statistics.status(of: queue, trouble: trouble).text }
}

/// What waits for a daemon and what it is reading.
package struct IntakeQueue: Sendable {
  /// Files that will be taken.
  package var queued = 0
  /// Things that lie where files are expected and never will be taken: links, FIFOs, devices, directories.
  package var leftAlone = 0
  /// The file that is being read, and how much of it in hundredths.
  package var current: (name: FileName, percent: Int)?

  /// Nothing waits, unless it is said.
  package init(queued: Int = 0, leftAlone: Int = 0, current: (name: FileName, percent: Int)? = nil) {
    (self.queued, self.leftAlone, self.current) = (queued, leftAlone, current)
  }

  /// Which part of `size` bytes `position` is, in hundredths; all of nothing.
  package static func percent(_ position: Int, of size: Int) -> Int {
    size == 0 ? 100 : min(100, position * 100 / size)
  }
}
