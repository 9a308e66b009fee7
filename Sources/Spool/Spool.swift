internal import Ledger
package import Logging
package import Streaming
package import SystemCalls
package import SystemPackage

/// A spool that is ready to be worked: files as a queue.
///
///     inbox/tweets.jsonl ─claim→ work/JOB.in.tweets.jsonl ─label→ work/JOB.labels, work/JOB.rejects
///     ─commit→ the ledger ─publish→ out/tweets.jsonl, rejected/tweets.rejects.jsonl, done/JOB.tweets.jsonl
///
/// One source and one sink work on it at a time, in one `ScoringPipeline` whose bad lines are dead letters. Beside them
/// somebody calls `keepHouse` about once a second, and `finish` at the end.
package final class Spool: Sendable {
  /// The folders.
  package let directories: SpoolDirectories
  /// The statistics of what was labelled.
  package let statistics: StatisticsKeeper

  private let equipment: SpoolEquipment
  private let board = JobBoard()
  private let recovered: [ClaimedJob]
  private let lastJob: String?
  /// The ledger's folder, locked for as long as it is open.
  package let state: Directory
  private let log: Logger
  /// Trouble beside the work, which holds nothing up.
  private let nuisances: Troubles
  private let pruning = Throttle(.seconds(60))

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
      state = try Self.openState(options.state ?? root.appending("state"))
      let ledger = try Ledger(in: state.path)
      try state.synchronize()
      statistics = StatisticsKeeper(labels: labels, model: provenance.model)
      equipment = SpoolEquipment(
        directories: directories, ledger: ledger,
        publisher: Publisher(directories: directories, outputEnding: options.outputEnding),
        statistics: statistics, board: board, troubles: Troubles(log: log, pulse: pulse),
        pulse: pulse, provenance: provenance, options: CurrentOptions(options), engines: engines, log: log)
      recovered = try Recovery(equipment, keepsAll: keepsAll).jobs
      lastJob = try [ledger.lastID(), recovered.last?.job.id].compactMap(\.self).max()
      try statistics.restore(from: ledger)
    } catch {
      throw SpoolError(opening: error)
    }
    nuisances = Troubles(log: log)
    self.log = log
  }

  /// The files as a stream of tweets; ends soon after `stop` was rung.
  package func makeSource(stop: WakeUp) -> SpoolSource {
    SpoolSource(equipment, recovered: recovered, lastJob: lastJob, stop: stop)
  }

  /// Where the labelled tweets of that source go; waits out trouble that passes until `stop` is rung.
  package func makeSink(stop: WakeUp) -> SpoolSink { SpoolSink(equipment, stop: stop) }

  /// The ledger.
  var ledger: Ledger { equipment.ledger }

  /// Works on with other options, from the next file on.
  ///
  /// - Parameter model: the name of the model that is used from now on.
  package func adopt(_ options: SpoolOptions, model: String) {
    equipment.options.replace(with: options)
    statistics.name(model: model)
  }

  /// How it is doing.
  package var status: SpoolStatus { statistics.status(of: board.queue, trouble: trouble) }

  /// What cannot be done at the moment, and why; nil when all is well.
  package var trouble: String? { equipment.troubles.text ?? nuisances.text }

  /// The statistics now, with what waits.
  package var current: CurrentStatistics { statistics.current(with: board.queue) }

  /// Does what is due: `stats/current.json` at most every 2 s, `done/` every minute, a batch at a time.
  ///
  /// Trouble with either is logged once; it must not stop the work.
  package func keepHouse() {
    attempt("writing the statistics") { () throws(SystemCallError) in
      try statistics.write(into: directories.stats, queue: board.queue)
    }
    guard pruning.isDue() else { return }
    attempt("tidying up done/") { () throws(SystemCallError) in
      let options = equipment.options.now
      let retention = Retention(time: options.retentionTime, size: options.retentionSize)
      var (removed, isMore) = ([String](), true)
      defer {
        board.remove(removed, before: isMore ? nil : retention.limit())
        if !removed.isEmpty {
          log.info("removed old inputs from done/", metadata: ["files": "\(removed.count)"])
        }
      }
      isMore = try retention.prune(directories.done, &removed)
      if isMore { pruning.hurry() }
    }
  }

  /// Writes the statistics for the last time.
  package func finish() {
    attempt("writing the statistics") { () throws(SystemCallError) in
      try statistics.write(into: directories.stats, queue: board.queue, isLast: true)
    }
  }

  private static func openState(_ path: FilePath) throws -> Directory {
    try Directory.make(at: path, mode: .ownerReadWriteExecute)
    let state = try Directory(path)
    try SpoolDirectories.lock(state)
    return state
  }

  private func attempt(_ task: String, _ body: () throws(SystemCallError) -> Void) {
    do {
      try body()
      nuisances.end(task)
    } catch {
      nuisances.begin(task, error)
    }
  }
}
