internal import Daemon
internal import Ledger
internal import Logging
internal import Scoring
internal import Statistics
internal import SystemCalls
internal import SystemPackage

/// Makes the sink's output durable: syncs parts, then commits to the ledger, then publishes files.
///
/// The only writer of the ledger while the daemon runs. A group of finished jobs is committed in one transaction.
/// Before it, all are in `work/`, and after a crash each resumes from its checkpoint; after it, each will be
/// published, even after a crash.
struct Committer: Sendable {
  private let context: SpoolContext
  private let stop: WakeUp
  private let canSynchronizeFileSystem: Bool

  /// The jobs published since the last transaction.
  private var published: [String] = []
  /// The estimator that the ledger knows, if this run has told it.
  private var recordedEstimator: ShareEstimator??
  /// Committed jobs that could not be published.
  private var unpublished: [JobRecord]
  private var windowsFile: WindowsFile
  private let paceOfRetries = Throttle(.seconds(10))

  /// The number of files above which it is cheaper to sync the whole file system.
  private static let fewFiles = 8

  /// - Parameter unpublished: committed jobs of an earlier run that could not be published.
  init(_ context: SpoolContext, unpublished: [JobRecord] = [], stop: WakeUp) {
    (self.context, self.stop, self.unpublished) = (context, stop, unpublished)
    windowsFile = WindowsFile(in: context.directories.stats, context.ledger)
    canSynchronizeFileSystem = context.directories.work.canSynchronizeFileSystem
  }

  /// Whether there are changes to record that no commit will include.
  var hasNews: Bool { !published.isEmpty }

  /// Records a checkpoint: work up to here will not be repeated.
  mutating func checkpoint(_ output: inout JobOutput) throws {
    try confirmPlaces()
    try output.synchronize()
    if output.hasNewNames { try synchronizeClaims() }
    let job = output.job
    var changes = LedgerChanges(jobs: [
      JobRecord(id: job.id, name: job.name, claimed: job.claimed, checkpoint: output.checkpoint)
    ])
    changes.progress = [job.id: output.observed]
    changes.eventProgress = [job.id: output.events]
    changes.wordProgress = [job.id: output.words]
    try record(changes)
    output.markRecorded(at: .now)
  }

  /// Discards the output of a job, which starts over.
  ///
  /// The ledger forgets it first, as a checkpoint must never refer to parts written after a restart.
  mutating func restart(_ output: inout JobOutput) throws {
    try withdraw(output)
    if output.isInLedger {
      var changes = LedgerChanges()
      changes.restarted = [output.job.id]
      try record(changes)
    }
    try output.discard()
  }

  /// Holds jobs: their parts are given back, and their inputs stay in `work/`.
  ///
  /// As after a restart, the ledger forgets what there was; the orders take its place in the same transaction. An order
  /// that was given meanwhile is kept.
  mutating func hold(_ group: inout [JobOutput]) throws {
    guard !group.isEmpty else { return }
    try confirmPlaces()
    try synchronizeClaims()
    for output in group { try withdraw(output) }
    let orders = context.orders
    try orders.give {
      var changes = LedgerChanges()
      changes.restarted = group.filter(\.isInLedger).map(\.job.id)
      changes.orders = group.compactMap { orders.order(for: $0.job.id) ?? $0.hold }
      try record(changes)
      return changes.orders
    }
    for index in group.indices {
      try group[index].discard()
      tell(of: group[index].job, orders.order(for: group[index].job.id))
      orders.park(group[index].job, of: group[index].owner)
      context.pulse.advance()
    }
    group.removeAll(keepingCapacity: true)
  }

  /// Commits and publishes finished jobs together.
  mutating func commit(_ group: inout [JobOutput]) throws {
    guard !group.isEmpty else { return }
    try confirmPlaces()
    try synchronize(&group)
    var records = try context.heldTasks.retry("choosing names", until: stop, if: HeldTasks.passesInFolders) {
      try plan(group)
    }
    let changes = try changes(committing: group, as: records)
    try record(changes)
    context.orders.forget(records.map(\.id))
    context.statistics.settle(changes.total)
    windowsFile.markChanged()
    var isPublished: [Bool] = []
    for index in records.indices {
      isPublished.append(try publishOrKeep(&records[index]))
      context.pulse.advance()
    }
    try context.publisher.synchronize(after: records)
    for (output, (record, isPublished)) in zip(group, zip(records, isPublished)) where isPublished {
      published.append(record.id)
      context.measurements.notePublication(of: record.id)
      tell(of: output, record)
    }
    group.removeAll(keepingCapacity: true)
  }

  /// Tries again, every ten seconds and before the end, to publish what could not be published.
  mutating func retryUnpublished(isLast: Bool = false) throws {
    guard !unpublished.isEmpty, isLast || paceOfRetries.isDue() else { return }
    var records = unpublished
    unpublished = []
    for index in records.indices where try publishOrKeep(&records[index]) {
      try context.publisher.synchronize(after: [records[index]])
      published.append(records[index].id)
      context.measurements.notePublication(of: records[index].id)
    }
  }

  /// Checks that all committed jobs are published.
  ///
  /// - Throws: `SpoolError` that names one that is not, and why.
  func requireAllPublished() throws(SpoolError) {
    guard !unpublished.isEmpty else { return }
    let count = unpublished.count == 1 ? "1 labelled file waits" : "\(unpublished.count) labelled files wait"
    throw SpoolError(.failed, "\(context.failures.text ?? "not published"); \(count) for the next start")
  }

  /// Removes a job's counts from the windows; the ledger does its own part.
  private func withdraw(_ output: JobOutput) throws(LedgerError) {
    var observed = output.observed
    if output.isInLedger { observed += try context.ledger.buckets(of: output.job.id) }
    context.statistics.withdraw(observed, of: output.checkpoint.counts)
  }

  /// Writes the windows of event time that have been closed.
  ///
  /// A failure holds nothing up while there is other work, as the ledger keeps what the file lacks.
  /// - Parameter isLast: whether no more work follows: temporary failures are waited out then, and others thrown.
  /// - Throws: the error of an fsync in any case: the state of the disk is unknown after it.
  mutating func writeWindows(isLast: Bool = false) throws {
    let task = "writing stats/windows.jsonl"
    guard !isLast else {
      context.failures.release(task)
      return try context.heldTasks.retry(task, until: stop, if: HeldTasks.passesInFolders) {
        _ = try windowsFile.write(isLast: true)
      }
    }
    do {
      if try windowsFile.write(isLast: false) { context.failures.release(task) }
    } catch let error as LedgerError where error.cause == .notSynchronized {
      throw error
    } catch let error as SystemCallError where ["fsync", "fdatasync"].contains(error.call) {
      throw error
    } catch {
      context.failures.hold(task, error)
    }
  }

  /// Records outstanding changes in the ledger.
  mutating func settle() throws { try record(LedgerChanges()) }
}

// To disk.
extension Committer {
  private mutating func synchronize(_ group: inout [JobOutput]) throws(SystemCallError) {
    if canSynchronizeFileSystem, group.count > Self.fewFiles {
      try context.directories.work.synchronizeFileSystem()
    } else {
      for index in group.indices {
        try group[index].synchronize()
        context.pulse.advance()
      }
      try synchronizeClaims()
    }
    for index in group.indices { group[index].close() }
  }

  /// Syncs the names in `work/`, and their removal from the inbox.
  private func synchronizeClaims() throws(SystemCallError) {
    try context.directories.work.synchronize()
    // A missing inbox has no names to sync.
    guard let inbox = try? Directory(context.directories.inbox) else { return }
    try inbox.synchronize()
  }

  /// Waits until all folders and the ledger are in their places.
  private func confirmPlaces() throws {
    try context.heldTasks.retry(SpoolIdentity.task, until: stop) { try context.identity.check() }
  }

  /// Records `changes` and all outstanding changes.
  private mutating func record(_ changes: LedgerChanges) throws {
    var changes = changes
    (changes.published, changes.publishedAt) = (published, UTCTime.now.rfc3339)
    changes.firstBucket = context.statistics.oldestBucket
    (changes.removed, changes.removedBefore) = context.retention.takeRemoved()
    let estimator = context.statistics.estimator
    if recordedEstimator != .some(estimator) { changes.estimator = .some(estimator) }
    do {
      try context.heldTasks.retry("writing the ledger", until: stop) { try context.ledger.record(changes) }
    } catch {
      context.retention.putBack(changes.removed, before: changes.removedBefore)
      throw error
    }
    published = []
    recordedEstimator = .some(estimator)
  }
}

// To their places.
extension Committer {
  /// The changes that commit `group`; also moves its counts to the totals.
  private func changes(committing group: [JobOutput], as records: [JobRecord]) throws -> LedgerChanges {
    var changes = LedgerChanges(jobs: records)
    for record in changes.jobs { changes.total += record.checkpoint.counts }
    changes.buckets = context.statistics.observe(changes.total.ofFiles)
    for output in group {
      guard !output.isRefused else {
        try withdraw(output)
        continue
      }
      changes.buckets += output.observed
      changes.events += output.events
      changes.words += output.words
    }
    return changes
  }

  private func plan(_ group: [JobOutput]) throws(SystemCallError) -> [JobRecord] {
    let now = UTCTime.now
    var reserved: Set<FileName> = []
    var records: [JobRecord] = []
    for output in group {
      var record = output.record(committedAt: now)
      try context.publisher.chooseNames(for: &record, reserving: &reserved)
      records.append(record)
    }
    return records
  }

  /// Publishes one job; returns false if that is impossible, in which case it stays committed and is tried again.
  private mutating func publishOrKeep(_ record: inout JobRecord) throws -> Bool {
    let task = "publishing \(record.name) (job \(record.id))"
    do {
      try publish(&record)
      context.failures.release(task)
      return true
    } catch let error as SystemCallError {
      context.failures.hold(task, error)
      unpublished.append(record)
      return false
    }
  }

  /// Publishes one job, under other names if its own were taken after they were chosen.
  private mutating func publish(_ record: inout JobRecord) throws {
    while true {
      do {
        let planned = record
        try context.heldTasks.retry("publishing", until: stop, if: HeldTasks.passesInFolders) {
          try context.identity.check()
          try context.publisher.publish(planned)
        }
        return
      } catch let error as SystemCallError where error.reason == .fileExists {
        let before = record.finalNames
        try context.publisher.replaceTakenNames(of: &record)
        guard record.finalNames != before else { throw error }
        try self.record(LedgerChanges(jobs: [record]))
      }
    }
  }

  private func tell(of job: Job, _ order: JobOrder?) {
    guard let order, order.kind == .held else { return }
    context.log.tell(
      SpoolEvent.held,
      [
        "src": "\(job.name)", "job": "\(job.id)", "reason": "\(order.reason)", "detail": "\(order.detail)",
      ])
  }

  private func tell(of output: JobOutput, _ record: JobRecord) {
    let counts = record.checkpoint.counts
    var facts: Logger.Metadata = ["src": "\(record.name)", "job": "\(record.id)"]
    if case .refused(let reason, let detail)? = output.outcome {
      facts["kept_as"] = record.finalNames.kept.map { "\($0)" }
      (facts["reason"], facts["detail"]) = ("\(reason)", "\(detail)")
      context.log.tell(SpoolEvent.refused, facts)
      return
    }
    facts["lines"] = "\(counts.lines)"
    (facts["labelled"], facts["rejected"]) = ("\(counts.labelledTotal)", "\(counts.rejectedTotal)")
    (facts["unjudged"], facts["blank"]) = ("\(counts.unjudged)", "\(counts.blank)")
    facts["left_out"] = "\(counts.leftOut)"
    facts["output"] = record.finalNames.output.map { "\($0)" }
    facts["rejects"] = record.finalNames.rejects.map { "\($0)" }
    context.log.tell(SpoolEvent.published, facts)
  }
}
