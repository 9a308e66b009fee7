internal import Daemon
internal import Glibc
internal import Ledger
internal import Logging
internal import Synchronization
internal import SystemCalls
internal import SystemPackage

/// What can be asked of a spool and done with its jobs: by a running daemon, or on the ledger while none is running.
///
/// An order is in the ledger before it is answered, so that it outlives a crash. Root and the daemon's user may do
/// everything; any other user sees and cancels what he has dropped himself.
final class JobControl: Sendable {
  private let directories: SpoolDirectories
  private let ledger: Ledger
  /// Another connection for reading, which keeps no commit waiting.
  private let reader: Ledger
  private let orders: JobOrders
  private let log: Logger
  /// The last scan of the inbox and when it is out of date: many requests must not scan it all the time.
  private let scan = Mutex<(inbox: InboxCensus, until: SuspendingClock.Instant)?>(nil)

  /// - Throws: `LedgerError` if the ledger cannot be read.
  init(_ directories: SpoolDirectories, _ ledger: Ledger, _ orders: JobOrders, log: Logger) throws {
    (self.directories, self.ledger, self.orders, self.log) = (directories, ledger, orders, log)
    reader = try Ledger(reading: ledger.path.removingLastComponent())
  }

  /// Answers a request of `user`.
  func answer(_ request: JobRequest, by user: UInt32) -> JobAnswer {
    do {
      switch request {
      case .queue:
        return .queue(
          try SpoolQueue(
            directories.work, reader, inbox(), of: Self.mayDoEverything(user) ? nil : user))
      case .lastJob: return .lastJob(try reader.lastID())
      case .result(let inode, let id): return .result(try result(ofInode: inode, after: id, for: user))
      case .act(let action, let name):
        let job = try act(action, on: name, by: user)
        log.tell(SpoolEvent.ordered, ["job": "\(job)", "order": "\(action.rawValue)", "user": "\(user)"])
        return .done(job)
      }
    } catch let error as JobRequestError {
      return .failed(error)
    } catch {
      return .failed(JobRequestError(HeldTasks.passes(error) ? .busy : .failed, "\(error)"))
    }
  }

  private static func mayDoEverything(_ user: UInt32) -> Bool { user == 0 || user == geteuid() }

  private func inbox() throws -> InboxCensus {
    try scan.withLock { scan in
      let begin = SuspendingClock.now
      if let scan, begin < scan.until { return scan.inbox }
      let inbox = try InboxCensus(of: Directory(directories.inbox))
      let end = SuspendingClock.now
      scan = (inbox, end.advanced(by: max(.milliseconds(500), begin.duration(to: end) * 20)))
      return inbox
    }
  }

  private func result(ofInode inode: Int, after id: String?, for user: UInt32) throws -> JobRecord? {
    guard let record = try reader.lastJob(ofInode: inode, after: id), record.state == .published,
      Self.mayDoEverything(user) || record.checkpoint.input.owner == Int(user)
    else { return nil }
    return record
  }
}

// Orders.
extension JobControl {
  /// Does something with a job; returns its identity and its file's name.
  private func act(_ action: JobRequest.Action, on name: String, by user: UInt32) throws -> String {
    let isOwn = !Self.mayDoEverything(user)
    if action == .retry {
      guard !isOwn else { throw Self.forbidden(action) }
      return try retry(finished(called: name))
    }
    let job = try unfinished(called: name, of: isOwn ? user : nil, for: action)
    guard !isOwn || action == .cancel else { throw Self.forbidden(action) }
    let isGiven = try orders.giveIfPossible(for: job.id) { hasEnded in
      let tooLate = JobRequestError(.unknown, "\(job.name): job \(job.id) is finished already")
      guard !hasEnded else { throw tooLate }
      let present = try ledger.orders().first { $0.job == job.id }
      let order = try order(action, for: job, by: user, instead: present)
      try ledger.record(LedgerChanges(orders: [order]))
      guard try ledger.orders().contains(order) else { throw tooLate }
      return order
    }
    guard isGiven else { throw JobRequestError(.busy, "the ledger cannot be written now; try again") }
    return "\(job.id) \(job.name)"
  }

  private func order(
    _ action: JobRequest.Action, for job: Job, by user: UInt32, instead present: JobOrder?
  ) throws(JobRequestError) -> JobOrder {
    let kind: JobOrder.Kind =
      switch action {
      case .hold: .held
      case .cancel: .cancelled
      case .release, .retry: .released
      }
    let isPossible = action == .release ? present?.kind == .held : present?.kind != kind
    guard isPossible, present?.kind != .cancelled else {
      let state = present?.kind.rawValue ?? "not held"
      throw JobRequestError(.unknown, "\(job.name): job \(job.id) is \(state)")
    }
    return JobOrder(
      job: job.id, kind, reason: "asked", detail: "\(kind.rawValue) by user \(user)",
      time: UTCTime.now.rfc3339)
  }

  /// The claimed job with this identity or name.
  ///
  /// - Parameters:
  ///   - owner: who may see only his own; nil to see all.
  ///   - action: what is to be done with it.
  private func unfinished(
    called name: String, of owner: UInt32?, for action: JobRequest.Action
  ) throws -> Job {
    let work = directories.work
    let jobs = try WorkListing(of: work).inputs.values.filter { job in
      guard job.id == name || job.name.description == name else { return false }
      return try owner == nil || work.status(of: job.claimedName)?.owner == owner
    }
    guard let job = jobs.first else { throw try unknown(name, of: owner, for: action) }
    guard jobs.count == 1 else {
      let ids = jobs.map(\.id).sorted().joined(separator: ", ")
      throw JobRequestError(.unknown, "\(name): several jobs have this name: \(ids)")
    }
    return job
  }

  private func unknown(
    _ name: String, of owner: UInt32?, for action: JobRequest.Action
  ) throws -> JobRequestError {
    let isWaiting = try inbox().listing.oldest.contains {
      $0.name.description == name && (owner == nil || $0.status.owner == owner)
    }
    let what = isWaiting ? Self.advice(for: action) : "no such unfinished job"
    return JobRequestError(.unknown, "\(name): \(what)")
  }

  /// What to do with a file that waits in the inbox, which has no job and is its owner's to move.
  private static func advice(for action: JobRequest.Action) -> String {
    switch action {
    case .hold:
      "it is still waiting and cannot be held; move it out of the inbox, and back when it is to be labelled"
    case .cancel: "it is still waiting and has no job to cancel; remove it from the inbox"
    case .release, .retry: "it is still waiting in the inbox, and is not held"
    }
  }

  private static func forbidden(_ action: JobRequest.Action) -> JobRequestError {
    JobRequestError(.permission, "\(action.rawValue): only root and the daemon's user may do that")
  }
}

// Trying again.
extension JobControl {
  /// The finished job with this identity, or the last one with this name.
  private func finished(called name: String) throws -> JobRecord {
    if let record = try reader.finished(id: name) { return record }
    // As it is displayed, or as it was typed.
    if let file = FileName(displayed: name) ?? FileName(bytes: Array(name.utf8)),
      let record = try reader.lastFinished(named: file)
    {
      return record
    }
    throw JobRequestError(.unknown, "\(name): no such finished job, or its input is no longer kept")
  }

  /// Puts the input of a finished job into the inbox; returns the job's identity and the name in the inbox.
  private func retry(_ record: JobRecord) throws -> String {
    let job = record.job
    let (folder, kept) =
      record.refusal == nil
      ? (directories.done, job.doneName) : (directories.rejected, record.finalNames.kept ?? job.name)
    let inbox = try Directory(directories.inbox)
    let names = NamingScheme(of: job.name, outputEnding: NamingScheme.ending(of: job.name))
    while true {
      let number = try NamingScheme.firstFree { number throws(SystemCallError) in
        try inbox.status(of: names.refused(number)) == nil
      }
      do {
        try folder.move(kept, to: inbox, as: names.refused(number))
      } catch {
        switch error.reason {
        case .fileExists: continue
        case .noSuchFileOrDirectory:
          throw JobRequestError(.unknown, "\(folder.path)/\(kept): the input is no longer there")
        default: throw error
        }
      }
      if let why = record.finalNames.why { try? directories.rejected.remove(why) }
      try inbox.synchronize()
      return "\(job.id) \(names.refused(number))"
    }
  }
}
