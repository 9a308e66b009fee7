internal import Daemon
internal import Ledger
internal import Logging
internal import Scoring
internal import Statistics
internal import SystemCalls
internal import SystemPackage

/// Recovery from an earlier run: committed jobs are published, claimed ones resumed from their checkpoints.
///
///     in the ledger   in work/                 what is done
///     committed       any of its files         published, as far as that has not happened
///     claimed         input, long enough parts gone on with after the checkpoint; parts are cut back to it
///     claimed         input, anything else     from the beginning, and said why
///     claimed         no input                 forgotten, and said
///     held            input                    forgotten, but for the input and the order
///     nothing         input                    from the beginning
///     nothing         parts without an input   removed, and said
///
/// Recovery may be interrupted and repeated.
struct Recovery {
  /// The jobs to resume, the oldest first.
  private(set) var jobs: [Job] = []
  /// Committed jobs that cannot be published now.
  private(set) var unpublished: [JobRecord] = []

  private let context: SpoolContext
  private let keepsAll: Bool
  private var changes = LedgerChanges()
  private var claimed: [String: Job]
  private let parts: [WorkListing.Part]
  private var resumed = 0
  private var published = 0

  private var work: Directory { context.directories.work }
  private var log: Logger { context.log }

  /// Recovers the spool.
  ///
  /// - Parameter keepsAll: keeps jobs of other models and settings for a daemon that uses them.
  init(_ context: SpoolContext, keepsAll: Bool = false) throws {
    self.context = context
    self.keepsAll = keepsAll
    let listing = try WorkListing(of: context.directories.work)
    (claimed, parts) = (listing.inputs, listing.parts)
    for name in listing.strangers {
      log.tell(SpoolEvent.strangerInWork, ["file": "\(name)"])
    }
    try publishCommitted()
    try followOrders()
    try resumeClaimed()
    jobs.sort { $0.id < $1.id }
    // Checkpoints are removed from the ledger before the parts that they refer to.
    try context.ledger.record(changes)
    context.pulse.prepare()
    let removed = try removeParts()
    guard !jobs.isEmpty || published > 0 || removed > 0 else { return }
    log.tell(
      SpoolEvent.interrupted,
      [
        "files": "\(jobs.count)", "resumed": "\(resumed)", "published": "\(published)",
        "parts_removed": "\(removed)",
      ])
  }
}

// Committed jobs.
extension Recovery {
  private mutating func publishCommitted() throws {
    var records = try context.ledger.jobs(in: .committed)
    // The folders were synced before the commit, but people move files, and disks lie.
    for id in Set(claimed.keys).union(parts.map(\.id)) {
      if let record = try context.ledger.job(id), record.state == .published { records.append(record) }
    }
    for index in records.indices where try isWhole(records[index]) {
      guard try publish(&records[index]) else { continue }
      changes.published.append(records[index].id)
      claimed.removeValue(forKey: records[index].id)
      published += 1
      context.pulse.prepare()
    }
    guard published > 0 else { return }
    try context.publisher.synchronize(after: records)
    context.pulse.prepare()
    changes.publishedAt = UTCTime.now.rfc3339
  }

  /// Whether the parts of a committed job have at least their committed length; truncates longer ones.
  ///
  /// If one is shorter, because the disk has lost acknowledged writes, the job is repeated, provided its input still
  /// exists.
  private mutating func isWhole(_ record: JobRecord) throws(SystemCallError) -> Bool {
    let (job, point) = (record.job, record.checkpoint)
    guard record.refusal == nil else { return true }
    for (part, length) in point.parts {
      guard try cut(job.partName(part), to: length) == false else { continue }
      log.tell(
        SpoolEvent.partTooShort,
        [
          "src": "\(job.name)", "job": "\(job.id)", "part": "\(part.rawValue)", "bytes": "\(length)",
        ])
      guard claimed[job.id] != nil else { continue }
      changes.restarted.append(job.id)
      changes.total -= point.counts
      return false
    }
    return true
  }

  /// Publishes a job; returns false if that is impossible although the spool can be written, in which case the rest of
  /// the spool goes on without it.
  private mutating func publish(_ record: inout JobRecord) throws -> Bool {
    do {
      do {
        try context.publisher.publish(record)
      } catch {
        guard error.reason == .fileExists else { throw error }
        try context.publisher.replaceTakenNames(of: &record)
        try context.ledger.record(LedgerChanges(jobs: [record]))
        try context.publisher.publish(record)
      }
      return true
    } catch let error as SystemCallError where !HeldTasks.passes(error) {
      context.failures.hold("publishing \(record.name) (job \(record.id))", error)
      unpublished.append(record)
      claimed.removeValue(forKey: record.id)
      return false
    }
  }

  /// Truncates the file `name` in `work/` to `length`.
  ///
  /// - Returns: false if it is shorter, nil if there is none.
  private func cut(_ name: FileName, to length: Int) throws(SystemCallError) -> Bool? {
    guard let status = try work.status(of: name) else { return nil }
    guard status.size > length else { return status.size == length }
    let file = try work.openToAppend(name)
    defer { try? file.close() }
    try file.truncate(to: length, "\(work.path)/\(name)")
    return true
  }
}

// Claimed jobs.
extension Recovery {
  /// Parks held jobs, and keeps the other orders for the source.
  private mutating func followOrders() throws {
    for order in try context.ledger.orders() {
      guard let job = claimed[order.job] else {
        changes.settledOrders.append(order.job)
        continue
      }
      context.orders.follow(order)
      guard order.kind == .held else { continue }
      context.orders.park(job, of: try work.status(of: job.claimedName).map { Int($0.owner) })
      claimed.removeValue(forKey: order.job)
    }
  }

  private mutating func resumeClaimed() throws {
    for record in try context.ledger.jobs(in: .claimed) {
      context.pulse.prepare()
      guard context.orders.order(for: record.id)?.kind != .held else {
        changes.restarted.append(record.id)
        continue
      }
      guard var job = claimed.removeValue(forKey: record.id) else {
        log.tell(
          SpoolEvent.claimedFileGone,
          ["src": "\(record.name)", "job": "\(record.id)"])
        changes.restarted.append(record.id)
        continue
      }
      if let why = try obstacle(to: record.checkpoint, of: job) {
        log.tell(
          SpoolEvent.begunAnew,
          ["src": "\(job.name)", "job": "\(job.id)", "reason": "\(why)"])
        changes.restarted.append(record.id)
        jobs.append(job)
      } else {
        resumed += 1
        job.checkpoint = record.checkpoint
        jobs.append(job)
        log.tell(
          SpoolEvent.resumed,
          [
            "src": "\(job.name)", "job": "\(job.id)", "line": "\(record.checkpoint.line)",
            "offset": "\(record.checkpoint.offset)",
          ])
      }
    }
    jobs += claimed.values
  }

  /// Why a job cannot be resumed; nil if it can, in which case its parts match the checkpoint.
  private func obstacle(to point: Checkpoint, of job: Job) throws(SystemCallError) -> String? {
    let provenance = context.provenance
    guard keepsAll || provenance.model == point.model else { return "it was started with another model" }
    guard keepsAll || provenance.matches(point) else { return "it was started with other settings" }
    guard let status = try work.status(of: job.claimedName),
      Checkpoint.Input(status).isUnchanged(since: point.input)
    else {
      return "it has been modified since"
    }
    for (part, length) in point.parts {
      let isLongEnough = try cut(job.partName(part), to: length) ?? (length == 0)
      guard isLongEnough else { return "\(part.rawValue): the part is shorter than its checkpoint" }
    }
    return nil
  }

  /// Removes the parts of no resumed job; returns their number.
  private func removeParts() throws(SystemCallError) -> Int {
    var kept = Set(unpublished.flatMap { record in Job.Part.allCases.map { record.job.partName($0) } })
    for job in jobs {
      for (part, length) in job.checkpoint?.parts ?? [] where length > 0 {
        kept.insert(job.partName(part))
      }
    }
    var removed = 0
    for part in parts where !kept.contains(part.name) {
      guard try work.status(of: part.name) != nil else { continue }
      try work.remove(part.name)
      removed += 1
      context.pulse.prepare()
    }
    return removed
  }
}
