internal import Daemon
internal import Ledger
internal import Logging
internal import Scoring
internal import Statistics
internal import SystemCalls
internal import SystemPackage

/// Makes what the sink has written last: parts to disk, then the ledger, then files to their places.
///
/// The only writer of the ledger while the spool is worked. A group of jobs that have ended is committed by one transaction:
/// before it, none of them has left `work/` and after a crash each goes on from its checkpoint; after it, each
/// will be published, whatever happens.
struct Committer: Sendable {
  private let context: SpoolContext
  private let stop: WakeUp
  private let canSynchronizeFileSystem: Bool

  /// Jobs that have been published since the last transaction.
  private var published: [String] = []

  /// Of more files than this it is cheaper to synchronise the file system as a whole.
  private static let fewFiles = 8

  init(_ context: SpoolContext, stop: WakeUp) {
    (self.context, self.stop) = (context, stop)
    canSynchronizeFileSystem = context.directories.work.canSynchronizeFileSystem
  }

  /// Whether there is something that the ledger does not know and that no commit is due for.
  var hasNews: Bool { !published.isEmpty }

  /// Makes sure that no more than what comes after this has to be done again.
  mutating func checkpoint(_ output: inout JobOutput) throws {
    try output.synchronize()
    if output.hasNewNames { try synchronizeClaims() }
    let job = output.job
    var changes = LedgerChanges(jobs: [
      JobRecord(id: job.id, name: job.name, claimed: job.claimed, checkpoint: output.checkpoint)
    ])
    changes.progress = [job.id: output.observed]
    try record(changes)
    output.markRecorded(at: .now)
  }

  /// Throws away what is done of a job, which begins again.
  ///
  /// The ledger forgets it first: a checkpoint must never meet parts that were written after a later beginning.
  mutating func restart(_ output: inout JobOutput) throws {
    try withdraw(output)
    if output.isInLedger {
      var changes = LedgerChanges()
      changes.restarted = [output.job.id]
      try record(changes)
    }
    try output.discard()
  }

  /// Commits and publishes finished jobs, all together.
  mutating func commit(_ group: inout [JobOutput]) throws {
    guard !group.isEmpty else { return }
    try synchronize(&group)
    let changes = try changes(committing: group)
    try record(changes)
    context.statistics.settle(changes.total)
    var records = changes.jobs
    for index in records.indices {
      try publish(&records[index])
      context.pulse.advance()
    }
    try context.publisher.synchronize(after: records)
    published += records.map(\.id)
    for (output, record) in zip(group, records) { tell(of: output, record) }
    group.removeAll(keepingCapacity: true)
  }

  /// Takes out of the windows what they have counted of a job; the ledger does so by itself.
  private func withdraw(_ output: JobOutput) throws(LedgerError) {
    context.statistics.withdraw(output.observed)
    if output.isInLedger { context.statistics.withdraw(try context.ledger.buckets(of: output.job.id)) }
  }

  /// Tells the ledger what it does not know yet.
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

  /// Makes the names in `work/` survive a power cut, and that they are no longer in the inbox.
  private func synchronizeClaims() throws(SystemCallError) {
    try context.directories.work.synchronize()
    // An inbox that has been taken away holds no names.
    guard let inbox = try? Directory(context.directories.inbox) else { return }
    try inbox.synchronize()
  }

  /// Writes `changes` and everything else that the ledger does not know yet.
  private mutating func record(_ changes: LedgerChanges) throws {
    var changes = changes
    (changes.published, changes.publishedAt) = (published, UTCTime.now.rfc3339)
    changes.firstBucket = context.statistics.oldestBucket
    (changes.removed, changes.removedBefore) = context.retention.takeRemoved()
    do {
      try context.heldTasks.retry("writing the ledger", until: stop) { try context.ledger.record(changes) }
    } catch {
      context.retention.putBack(changes.removed, before: changes.removedBefore)
      throw error
    }
    published = []
  }
}

// To their places.
extension Committer {
  /// What the ledger is to know of `group`; the windows know it from then on.
  private func changes(committing group: [JobOutput]) throws -> LedgerChanges {
    var changes = LedgerChanges(jobs: try plan(group))
    for record in changes.jobs { changes.total += record.checkpoint.counts }
    changes.buckets = context.statistics.observe(changes.total.ofFiles)
    for output in group {
      if output.isRefused { try withdraw(output) } else { changes.buckets += output.observed }
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

  /// Publishes one job, under other names where somebody has taken its own since they were chosen.
  private mutating func publish(_ record: inout JobRecord) throws {
    while true {
      do {
        let planned = record
        try context.heldTasks.retry("publishing", until: stop) { try context.publisher.publish(planned) }
        return
      } catch let error as SystemCallError where error.reason == .fileExists {
        let before = record.finalNames
        try context.publisher.replaceTakenNames(of: &record)
        guard record.finalNames != before else { throw error }
        try self.record(LedgerChanges(jobs: [record]))
      }
    }
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
