package import Daemon
internal import Ledger
package import Logging
package import Scoring
package import SystemCalls
package import SystemPackage
internal import Tweets

/// A spool that is ready to be worked: files as a queue.
///
///     inbox/tweets.jsonl ─claim→ work/JOB.in.tweets.jsonl ─label→ work/JOB.labels, work/JOB.rejects
///     ─commit→ the ledger ─publish→ out/tweets.jsonl, rejected/tweets.rejects.jsonl, done/JOB.tweets.jsonl
///
/// One source and one sink work on it at a time, in one `ScoringPipeline` whose bad lines are dead letters. Beside them
/// the caller runs `keepHouse` about once a second, and `finish` at the end.
package final class Spool: Sendable {
  /// The folders.
  let directories: SpoolDirectories
  /// The statistics of what was labelled.
  package let statistics: StatisticsKeeper

  private let context: SpoolContext
  private let recovered: [Job]
  private let lastJob: String?
  /// The ledger's folder, locked for as long as it is open.
  private let stateFolder: Directory
  /// What of the housekeeping cannot be done; it holds no work up.
  private let heldHousekeeping: HeldTasks

  /// Opens the spool at `root`: makes missing folders, locks it, checks that it can be worked, and puts in order what
  /// an earlier run has left.
  ///
  /// - Parameters:
  ///   - labels: the model's labels, in its order.
  ///   - provenance: the model, and what else answers depend on.
  ///   - engines: what each file is to be labelled with, at first of that provenance; nil for the pipeline's own.
  ///   - pulse: that of the pipeline; it is shown as well what is put in order.
  /// - Throws: `SpoolError` with the remedy.
  package convenience init(
    root: FilePath, options: SpoolOptions = .init(), labels: [String], provenance: Provenance,
    engines: CurrentEngine? = nil, pulse: Pulse = Pulse(), log: Logger
  ) throws(SpoolError) {
    try self.init(
      root: root, options: options, labels: labels, provenance: provenance, keepsAll: false,
      engines: engines, pulse: pulse, log: log)
  }

  /// Opens the spool to put it in order and no more, whatever models its jobs wait for.
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
      stateFolder = try Self.openState(options.state ?? root.appending("state"))
      let ledger = try Ledger(in: stateFolder.path)
      try stateFolder.synchronize()
      statistics = StatisticsKeeper(labels: labels, model: provenance.model)
      context = SpoolContext(
        directories: directories, ledger: ledger,
        publisher: Publisher(directories: directories, outputEnding: options.outputEnding),
        statistics: statistics, jobs: JobHandover(), retention: Retention(directories.done, log: log),
        heldTasks: HeldTasks(log: log, pulse: pulse),
        pulse: pulse, provenance: provenance, options: Current(options), queue: Current(IntakeQueue()),
        engines: engines, log: log)
      recovered = try Recovery(context, keepsAll: keepsAll).jobs
      lastJob = try [ledger.lastID(), recovered.last?.id].compactMap(\.self).max()
      try Self.restore(statistics, from: ledger)
    } catch {
      throw SpoolError(opening: error)
    }
    heldHousekeeping = HeldTasks(log: log)
  }

  /// The ledger.
  var ledger: Ledger { context.ledger }

  /// Lets the statistics go on where the last run has stopped.
  private static func restore(_ statistics: StatisticsKeeper, from ledger: Ledger) throws(LedgerError) {
    let started = statistics.started
    let since = try ledger.meta("statistics_since", orSet: String(started.microseconds))
    statistics.restore(
      total: try ledger.totals(), buckets: try ledger.buckets(),
      since: UTCTime(microseconds: Int(since) ?? started.microseconds))
  }

  private static func openState(_ path: FilePath) throws -> Directory {
    try Directory.make(at: path, mode: .ownerReadWriteExecute)
    let state = try Directory(path)
    try SpoolDirectories.lock(state)
    return state
  }
}

extension Spool: Intake {
  package var name: String { directories.root.string }
  package var state: Directory? { stateFolder }
  package var queue: IntakeQueue { context.queue.now }
  package var trouble: String? { context.heldTasks.text ?? heldHousekeeping.text }

  /// The files as a stream of tweets; ends soon after `stop` was rung.
  package func makeSource(stop: WakeUp) -> SpoolSource {
    SpoolSource(context, recovered: recovered, lastJob: lastJob, stop: stop)
  }

  /// Where the labelled tweets of that source go; waits out trouble that passes until `stop` is rung.
  package func makeSink(stop: WakeUp) -> SpoolSink { SpoolSink(context, stop: stop) }

  /// Works on with other options, from the next file on; whether it ends when the inbox is empty stays as it is.
  package func adopt(_ options: SpoolOptions) {
    var options = options
    options.endsWhenEmpty = context.options.now.endsWhenEmpty
    context.options.now = options
  }

  /// Does what is due: `stats/current.json` at most every 2 s, `done/` every minute, a batch at a time.
  ///
  /// Trouble with either is logged once; it must not stop the work.
  package func keepHouse() {
    attempt("writing the statistics") { () throws(SystemCallError) in
      try statistics.write(into: directories.stats, queue: queue)
    }
    guard context.retention.isDue() else { return }
    attempt("tidying up done/") { () throws(SystemCallError) in
      let options = context.options.now
      try context.retention.prune(keepingFor: options.retentionTime, upTo: options.retentionSize)
    }
  }

  /// Writes the statistics for the last time.
  package func finish() {
    attempt("writing the statistics") { () throws(SystemCallError) in
      try statistics.write(into: directories.stats, queue: queue, isLast: true)
    }
  }

  private func attempt(_ task: String, _ body: () throws(SystemCallError) -> Void) {
    do {
      try body()
      heldHousekeeping.release(task)
    } catch {
      heldHousekeeping.hold(task, error)
    }
  }
}

/// What source and sink of a spool work with, both of them.
struct SpoolContext: Sendable {
  let directories: SpoolDirectories
  let ledger: Ledger
  let publisher: Publisher
  let statistics: StatisticsKeeper
  let jobs: JobHandover
  /// Removes old inputs.
  let retention: Retention
  /// What holds the work up.
  let heldTasks: HeldTasks
  /// Shows that work which takes long goes on.
  let pulse: Pulse
  let provenance: Provenance
  /// How it is worked now: a reload replaces it.
  let options: Current<SpoolOptions>
  /// What waits and what is being read, as the source says.
  let queue: Current<IntakeQueue>
  /// What files are to be labelled with; nil for the pipeline's own engine.
  let engines: CurrentEngine?
  let log: Logger
}

extension SpoolContext {
  /// How remedies are put into words.
  var phrasing: Remedy.Phrasing { engines?.now.phrasing ?? Remedy.plainly }
}
