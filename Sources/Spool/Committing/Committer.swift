internal import Ledger
internal import Logging
internal import Streaming
internal import SystemCalls
internal import SystemPackage

/// Makes what the sink has written last: parts to disk, then the ledger, then files to their places.
///
/// The only writer of the ledger while the spool is worked. A group of finished jobs is committed by one transaction:
/// before it, none of them has left `work/` and after a crash each goes on from its checkpoint; after it, each
/// will be published, whatever happens.
struct Committer: Sendable {
  private let equipment: SpoolEquipment
  private let stop: WakeUp
  private let canSynchronizeFileSystem: Bool

  /// Jobs that have been published since the last transaction.
  private var published: [String] = []

  /// Of more files than this it is cheaper to synchronise the file system as a whole.
  private static let fewFiles = 8

  init(_ equipment: SpoolEquipment, stop: WakeUp) {
    (self.equipment, self.stop) = (equipment, stop)
    canSynchronizeFileSystem = equipment.directories.work.canSynchronizeFileSystem
  }

  /// Whether there is something that the ledger does not know and that no commit is due for.
  var hasNews: Bool { !published.isEmpty }

  /// Makes sure that no more than what comes after this has to be done again.
  mutating func checkpoint(_ parts: inout JobParts) throws {
    try parts.synchronize()
    if parts.hasNewNames { try synchronizeClaims() }
    let job = parts.job
    var changes = LedgerChanges(jobs: [
      JobRecord(id: job.id, name: job.name, claimed: job.claimed, checkpoint: parts.checkpoint)
    ])
    changes.progress = [job.id: parts.observed]
    try record(changes)
    parts.markRecorded(at: .now)
  }

  /// Throws away what is done of a job, which begins again.
  ///
  /// The ledger forgets it first: a checkpoint must never meet parts that were written after a later beginning.
  mutating func restart(_ parts: inout JobParts) throws {
    try withdraw(parts)
    if parts.isInLedger {
      var changes = LedgerChanges()
      changes.restarted = [parts.job.id]
      try record(changes)
    }
    try parts.discard()
  }

  /// Commits and publishes finished jobs, all together.
  mutating func commit(_ group: inout [FinishedJob]) throws {
    guard !group.isEmpty else { return }
    try synchronize(&group)
    let changes = try changes(committing: group)
    try record(changes)
    equipment.statistics.settle(changes.total)
    var records = changes.jobs
    for index in records.indices {
      try publish(&records[index])
      equipment.pulse.advance()
    }
    try equipment.publisher.synchronize(after: records)
    published += records.map(\.id)
    for (job, record) in zip(group, records) { tell(of: job, record) }
    group.removeAll(keepingCapacity: true)
  }

  /// Takes out of the windows what they have counted of a job; the ledger does so by itself.
  private func withdraw(_ parts: JobParts) throws(LedgerError) {
    equipment.statistics.withdraw(parts.observed)
    if parts.isInLedger { equipment.statistics.withdraw(try equipment.ledger.buckets(of: parts.job.id)) }
  }

  /// Tells the ledger what it does not know yet.
  mutating func settle() throws { try record(LedgerChanges()) }
}

// To disk.
extension Committer {
  private mutating func synchronize(_ group: inout [FinishedJob]) throws(SystemCallError) {
    if canSynchronizeFileSystem, group.count > Self.fewFiles {
      try equipment.directories.work.synchronizeFileSystem()
    } else {
      for index in group.indices {
        try group[index].parts.synchronize()
        equipment.pulse.advance()
      }
      try synchronizeClaims()
    }
    for index in group.indices { group[index].parts.close() }
  }

  /// Makes the names in `work/` survive a power cut, and that they are no longer in the inbox.
  private func synchronizeClaims() throws(SystemCallError) {
    try equipment.directories.work.synchronize()
    // An inbox that has been taken away holds no names.
    guard let inbox = try? Directory(equipment.directories.inbox) else { return }
    try inbox.synchronize()
  }

  /// Writes `changes` and everything else that the ledger does not know yet.
  private mutating func record(_ changes: LedgerChanges) throws {
    var changes = changes
    (changes.published, changes.publishedAt) = (published, UTCTime.now.rfc3339)
    changes.firstBucket = equipment.statistics.oldestBucket
    (changes.removed, changes.removedBefore) = equipment.board.takeRemoved()
    do {
      try equipment.troubles.hold("writing the ledger", until: stop) { try equipment.ledger.record(changes) }
    } catch {
      equipment.board.remove(changes.removed, before: changes.removedBefore)
      throw error
    }
    published = []
  }
}

// To their places.
extension Committer {
  /// What the ledger is to know of `group`; the windows know it from then on.
  private func changes(committing group: [FinishedJob]) throws -> LedgerChanges {
    var changes = LedgerChanges(jobs: try plan(group))
    for record in changes.jobs { changes.total += record.checkpoint.counts }
    changes.buckets = equipment.statistics.observe(changes.total.ofFiles)
    for job in group {
      if job.isRefused { try withdraw(job.parts) } else { changes.buckets += job.parts.observed }
    }
    return changes
  }

  private func plan(_ group: [FinishedJob]) throws(SystemCallError) -> [JobRecord] {
    let now = UTCTime.now
    var reserved: Set<FileName> = []
    var records: [JobRecord] = []
    for job in group {
      var record = job.record(at: now)
      try equipment.publisher.chooseNames(for: &record, reserving: &reserved)
      records.append(record)
    }
    return records
  }

  /// Publishes one job, under other names where somebody has taken its own since they were chosen.
  private mutating func publish(_ record: inout JobRecord) throws {
    while true {
      do {
        let planned = record
        try equipment.troubles.hold("publishing", until: stop) { try equipment.publisher.publish(planned) }
        return
      } catch let error as SystemCallError where error.reason == .fileExists {
        let before = record.finalNames
        try equipment.publisher.replaceTakenNames(of: &record)
        guard record.finalNames != before else { throw error }
        try self.record(LedgerChanges(jobs: [record]))
      }
    }
  }

  private func tell(of job: FinishedJob, _ record: JobRecord) {
    let counts = record.checkpoint.counts
    var facts: Logger.Metadata = ["src": "\(record.name)", "job": "\(record.id)"]
    if case .refused(let reason, let detail) = job.outcome {
      facts["kept_as"] = record.finalNames.kept.map { "\($0)" }
      (facts["reason"], facts["detail"]) = ("\(reason)", "\(detail)")
      equipment.log.warning("refused", metadata: facts)
      return
    }
    let (labelled, rejected) = (counts.sum(of: CountKind.labelled), counts.sum(of: CountKind.rejected))
    facts["lines"] = "\(labelled + rejected + counts[CountKind.blank])"
    (facts["labelled"], facts["rejected"]) = ("\(labelled)", "\(rejected)")
    facts["blank"] = "\(counts[CountKind.blank])"
    facts["output"] = record.finalNames.output.map { "\($0)" }
    facts["rejects"] = record.finalNames.rejects.map { "\($0)" }
    equipment.log.info("published", metadata: facts)
  }
}

extension NamedCounts {
  /// The counts of files alone, without those of lines.
  fileprivate var ofFiles: NamedCounts {
    var files = NamedCounts()
    for kind in [CountKind.files, CountKind.refusedFiles] { files[kind] = self[kind] }
    return files
  }
}
