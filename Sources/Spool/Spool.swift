package import Daemon
internal import Ledger
package import Logging
package import Scoring
package import Statistics
package import SystemCalls
package import SystemPackage
internal import Tweets

/// An open spool: files as a queue.
///
///     inbox/tweets.jsonl ─claim→ work/JOB.in.tweets.jsonl ─label→ work/JOB.labels, work/JOB.rejects
///     ─commit→ the ledger ─publish→ out/tweets.jsonl, rejected/tweets.rejects.jsonl, done/JOB.tweets.jsonl
///
/// It is used by one source and one sink at a time, in a `ScoringPipeline` whose bad lines are dead letters. The
/// caller also runs `keepHouse` about once a second, and `finish` at the end.
package final class Spool: Sendable {
  /// The folders.
  let directories: SpoolDirectories
  /// The statistics of labelled tweets.
  package let statistics: StatisticsKeeper

  let context: SpoolContext
  private let recovered: [Job]
  /// Committed jobs that could not be published at the start.
  private let unpublished: [JobRecord]
  private let lastJob: String?

  /// Opens the spool at `root`: creates missing folders, locks it, checks it, and recovers the jobs of an earlier
  /// run.
  ///
  /// - Parameters:
  ///   - labels: the model's labels, in its order.
  ///   - provenance: the model, and everything else that answers depend on.
  ///   - engines: the engine for new files, initially with that provenance; nil for the pipeline's own.
  ///   - pulse: the pipeline's pulse; recovery beats it too.
  /// - Throws: `SpoolError` with the remedy.
  package convenience init(
    root: FilePath, options: SpoolOptions = .init(), labels: [String], provenance: Provenance,
    engines: CurrentEngine? = nil, pulse: Pulse = Pulse(), log: Logger
  ) throws(SpoolError) {
    try self.init(
      root: root, options: options, labels: labels, provenance: provenance, keepsAll: false,
      engines: engines, pulse: pulse, log: log)
  }

  /// Opens the spool for recovery only, keeping jobs of any model.
  convenience init(root: FilePath, state: FilePath?, log: Logger) throws(SpoolError) {
    var options = SpoolOptions()
    options.state = state
    let anything = Provenance(model: "", settings: "")
    try self.init(
      root: root, options: options, labels: [], provenance: anything, keepsAll: true, engines: nil,
      pulse: Pulse(), log: log)
  }

  private init(
    root: FilePath, options: SpoolOptions, labels: [String], provenance: Provenance, keepsAll: Bool,
    engines: CurrentEngine?, pulse: Pulse, log: Logger
  ) throws(SpoolError) {
    do {
      directories = try SpoolDirectories(at: root)
      let state = options.state ?? root.appending("state")
      // Checked here, when no other process can be about to create it, and before its folder is made: an empty one
      // would be in the way when the old one is moved back.
      if !keepsAll, try !Ledger.exists(in: state), let history = try directories.history() {
        throw SpoolError(missingLedgerIn: state, beside: history)
      }
      let stateFolder = try Self.openState(state)
      let ledger = try Ledger(in: stateFolder.path)
      try stateFolder.synchronize()
      statistics = StatisticsKeeper(labels: labels, model: provenance.model)
      let quarantine = Quarantine(directories.work, log: log)
      context = SpoolContext(
        directories: directories, state: stateFolder, ledger: ledger,
        identity: try SpoolIdentity(directories, state: stateFolder, ledger),
        publisher: Publisher(
          directories: directories, outputEnding: options.outputEnding, quarantine: quarantine),
        quarantine: quarantine, statistics: statistics, jobs: JobHandover(), orders: JobOrders(),
        retention: Retention(directories.done, log: log),
        heldTasks: HeldTasks(log: log, pulse: pulse), failures: HeldTasks(log: log),
        measurements: SpoolMeasurements(lastSuccess: try Self.lastSuccess(in: ledger)),
        pulse: pulse, provenance: provenance, options: Current(options), queue: Current(IntakeQueue()),
        engines: engines, log: log)
      let recovery = try Recovery(context, keepsAll: keepsAll)
      (recovered, unpublished) = (recovery.jobs, recovery.unpublished)
      lastJob = try [ledger.lastID(), recovered.last?.id].compactMap(\.self).max()
      try Self.restore(statistics, from: ledger)
    } catch {
      throw SpoolError(opening: error)
    }
    // A run that ends with its files may be over before the first periodic work.
    if options.endsWhenEmpty { tidyDone() }
  }

  /// The ledger.
  var ledger: Ledger { context.ledger }

  /// Restores the statistics of the last run.
  private static func restore(_ statistics: StatisticsKeeper, from ledger: Ledger) throws(LedgerError) {
    let started = statistics.started
    let unfinished = try ledger.jobs(in: .claimed).reduce(into: Counts()) { $0 += $1.checkpoint.counts }
    let since = try ledger.meta("statistics_since", orSet: String(started.microseconds))
    statistics.restore(
      total: try ledger.totals(), buckets: try ledger.buckets(),
      unsettled: unfinished, since: UTCTime(microseconds: Int(since) ?? started.microseconds))
  }

  private static func lastSuccess(in ledger: Ledger) throws(LedgerError) -> UTCTime? {
    try ledger.lastCommitted(1).first?.times.committed.flatMap(UTCTime.init(rfc3339:))
  }

  /// Opens the ledger's folder, which stays locked for as long as it is open.
  private static func openState(_ path: FilePath) throws -> Directory {
    try Directory.make(at: path, mode: .ownerReadWriteExecute)
    let state = try Directory(path)
    try SpoolDirectories.lock(state)
    return state
  }
}

extension Spool: Intake {
  package var name: String { directories.root.string }
  package var state: Directory? { context.state }
  package var queue: IntakeQueue {
    var queue = context.queue.now
    (queue.held, queue.setAside) = (context.orders.numberHeld, context.quarantine.number)
    return queue
  }
  package var measurements: IntakeMeasurements? {
    context.measurements.now(held: context.heldTasks.held + context.failures.held)
  }
  package var trouble: String? { context.heldTasks.text ?? context.failures.text }

  /// Reads through a connection of its own, which waits for no commit.
  package func history(in period: Range<Int>, step: WindowStep) throws -> MoodHistory? {
    try Ledger(reading: context.state.path).windows(in: period, step: step)
  }

  /// The files as a stream of tweets; it ends soon after `stop` is rung.
  package func makeSource(stop: WakeUp) -> SpoolSource {
    SpoolSource(context, recovered: recovered, lastJob: lastJob, stop: stop)
  }

  /// The destination of labelled tweets; waits for temporary failures to pass until `stop` is rung.
  package func makeSink(stop: WakeUp) -> SpoolSink {
    SpoolSink(context, unpublished: unpublished, stop: stop)
  }

  /// Applies other options from the next file on, except whether to end when the inbox is empty.
  package func adopt(_ options: SpoolOptions) {
    var options = options
    options.endsWhenEmpty = context.options.now.endsWhenEmpty
    context.options.now = options
  }

  /// Does the periodic work: checks that all folders are in their places, writes `stats/current.json` at most every
  /// 2 s, and prunes `done/` every minute, one batch at a time.
  ///
  /// A failure is logged once and does not stop the daemon.
  package func keepHouse() {
    guard isInPlace() else { return }
    attempt("writing the statistics") { () throws(SystemCallError) in
      try statistics.write(into: directories.stats, queue: queue)
    }
    context.measurements.look(at: directories, ledger)
    tidyDone()
  }

  private func tidyDone() {
    guard context.retention.isDue() else { return }
    attempt("tidying up done/") { () throws(SystemCallError) in
      let options = context.options.now
      try context.retention.prune(keepingFor: options.retentionTime, upTo: options.retentionSize)
    }
  }

  /// Writes the statistics for the last time.
  package func finish() {
    guard isInPlace() else { return }
    attempt("writing the statistics") { () throws(SystemCallError) in
      try statistics.write(into: directories.stats, queue: queue, isLast: true)
    }
  }

  /// Whether all folders and the ledger are in their places; otherwise work is held up.
  private func isInPlace() -> Bool {
    do {
      try context.identity.check()
      context.heldTasks.release(SpoolIdentity.task)
      return true
    } catch {
      context.heldTasks.hold(SpoolIdentity.task, error)
      return false
    }
  }

  private func attempt(_ task: String, _ body: () throws(SystemCallError) -> Void) {
    do {
      try body()
      context.failures.release(task)
    } catch {
      context.failures.hold(task, error)
    }
  }
}

/// What the source and the sink of a spool share.
struct SpoolContext: Sendable {
  let directories: SpoolDirectories
  /// The ledger's folder.
  let state: Directory
  let ledger: Ledger
  /// Tells whether all of these are where they were.
  let identity: SpoolIdentity
  let publisher: Publisher
  let quarantine: Quarantine
  let statistics: StatisticsKeeper
  let jobs: JobHandover
  /// What is to happen to jobs other than the usual.
  let orders: JobOrders
  /// Removes old inputs.
  let retention: Retention
  /// The tasks that hold up work.
  let heldTasks: HeldTasks
  /// Failing tasks that hold up nothing else.
  let failures: HeldTasks
  /// Latencies and sizes.
  let measurements: SpoolMeasurements
  /// Beats to show progress of long work.
  let pulse: Pulse
  let provenance: Provenance
  /// The current options; replaced by a reload.
  let options: Current<SpoolOptions>
  /// The queue and the file being read, reported by the source.
  let queue: Current<IntakeQueue>
  /// The engine for new files; nil for the pipeline's own.
  let engines: CurrentEngine?
  let log: Logger
}

extension SpoolContext {
  /// How remedies are worded.
  var phrasing: Remedy.Phrasing { engines?.now.phrasing ?? Remedy.plainly }
}
