package import Logging
package import Streaming
internal import Synchronization
package import SystemCalls
package import SystemPackage

/// A spool that is ready to be worked: files as a queue.
///
///     inbox/tweets.jsonl ─claim→ work/JOB.in.tweets.jsonl ─label→ work/JOB.labels, work/JOB.rejects
///     ─publish→ out/tweets.jsonl, rejected/tweets.rejects.jsonl, done/JOB.tweets.jsonl
///
/// One source and one sink work on it at a time, in one `ScoringPipeline` whose bad lines are dead letters. Beside them
/// somebody calls `keepHouse` about once a second, and `finish` at the end.
package final class Spool: Sendable {
  /// The folders.
  package let directories: SpoolDirectories
  /// The statistics of what was labelled.
  package let statistics: StatisticsKeeper

  private let options: CurrentOptions
  private let engines: CurrentEngine?
  private let labels: [String]
  private let board = JobBoard()
  private let recovered: [Job]
  private let log: Logger
  private let lastPruning = Mutex<SuspendingClock.Instant?>(nil)

  private static let pruningInterval = Duration.seconds(60)

  /// Opens the spool at `root`: makes missing folders, locks it, checks that it can be worked, and finds what an
  /// earlier run has left.
  ///
  /// - Parameters:
  ///   - labels: the model's labels, in its order.
  ///   - model: the model's name, for the statistics.
  ///   - engines: what each file is to be labelled with; nil for the pipeline's own.
  /// - Throws: `SpoolError` with the remedy.
  package init(
    root: FilePath, options: SpoolOptions = .init(), labels: [String], model: String,
    engines: CurrentEngine? = nil, log: Logger
  ) throws(SpoolError) {
    directories = try SpoolDirectories(at: root)
    statistics = StatisticsKeeper(labels: labels, model: model)
    self.options = CurrentOptions(options)
    self.engines = engines
    self.labels = labels
    self.log = log
    do {
      recovered = try Recovery(of: directories.work, log: log).jobs
    } catch {
      throw SpoolError(error)
    }
  }

  /// The files as a stream of tweets; ends soon after `stop` was rung.
  package func makeSource(stop: WakeUp) -> SpoolSource {
    SpoolSource(
      directories, board: board, recovered: recovered, labels: labels.count, options: options,
      engines: engines, stop: stop, log: log)
  }

  /// Where the labelled tweets of that source go.
  package func makeSink() -> SpoolSink {
    SpoolSink(
      directories, outputEnding: options.now.outputEnding, board: board, statistics: statistics,
      labels: labels.count,
      log: log)
  }

  /// Works on with other options, from the next file on.
  ///
  /// - Parameter model: the name of the model that is used from now on.
  package func adopt(_ options: SpoolOptions, model: String) {
    self.options.replace(with: options)
    statistics.name(model: model)
  }

  /// How it is doing.
  package var status: SpoolStatus { statistics.status(of: board.queue) }

  /// Does what is due: `stats/current.json` at most every 2 s, `done/` every minute.
  ///
  /// Trouble with either is logged; it must not stop the work.
  package func keepHouse() {
    attempt("cannot write the statistics") { () throws(SystemCallError) in
      try statistics.write(into: directories.stats, queue: board.queue)
    }
    guard isPruningDue() else { return }
    attempt("cannot tidy up done/") { () throws(SystemCallError) in
      let options = options.now
      let retention = Retention(time: options.retentionTime, size: options.retentionSize)
      let removed = try retention.prune(directories.done)
      if removed > 0 { log.info("removed old inputs from done/", metadata: ["files": "\(removed)"]) }
    }
  }

  /// Writes the statistics for the last time.
  package func finish() {
    attempt("cannot write the statistics") { () throws(SystemCallError) in
      try statistics.write(into: directories.stats, queue: board.queue, isLast: true)
    }
  }

  private func isPruningDue() -> Bool {
    lastPruning.withLock { last in
      let now = SuspendingClock.now
      if let last, last.duration(to: now) < Self.pruningInterval { return false }
      last = now
      return true
    }
  }

  private func attempt(_ failure: Logger.Message, _ body: () throws(SystemCallError) -> Void) {
    do { try body() } catch { log.warning(failure, metadata: ["error": "\(error)"]) }
  }
}
