internal import Daemon
internal import Logging
internal import SystemCalls
internal import SystemPackage

// Claiming files.
extension Inbox {
  /// What to do with a file after checking it.
  private enum Verdict {
    case take
    case settle(Candidate)
    case wait(Obstacle.Cause, Candidate)
    case gone
  }

  /// Checks `candidate` once more, and claims it if it is complete.
  mutating func claim(_ candidate: Candidate, at now: Instant) throws(SystemCallError) -> Job? {
    guard let directory else { return nil }
    switch try verdict(on: candidate, in: directory) {
    case .take: return try take(candidate, from: directory, at: now)
    case .gone: forget(candidate)
    case .settle(let seen):
      obstacles.removeValue(forKey: seen.name)
      settle(seen, at: now)
    case .wait(let cause, let seen):
      let isOverdue = wait(for: cause, seen, at: now)
      if cause.passes, isOverdue { return try take(seen, from: directory, at: now) }
    }
    return nil
  }

  private func verdict(on candidate: Candidate, in directory: Directory) throws(SystemCallError) -> Verdict {
    let descriptor: FileDescriptor
    do {
      descriptor = try directory.open(candidate.name)
    } catch {
      switch error.reason {
      case .noSuchFileOrDirectory, .tooManySymbolicLinkLevels, .noSuchAddressOrDevice: return .gone
      case _ where error.isShortage: throw error
      default: return .wait(.unreadable, candidate)
      }
    }
    defer { try? descriptor.close() }
    let status = try descriptor.status(candidate.name.description)
    guard status.type == .regular else { return .gone }
    let seen = Candidate(name: candidate.name, status: status)
    guard watch.sawMovingIn(candidate.name) || status == candidate.status else { return .settle(seen) }
    switch descriptor.isOpenForWriting {
    case true?: return .wait(.openForWriting, seen)
    // A file renamed into the inbox is complete.
    case nil where !watch.sawMovingIn(candidate.name): return .wait(.perhapsOpenForWriting, seen)
    case false?, nil: return .take
    }
  }

  /// Lets a settled file wait; returns whether it has waited for longer than the time limit, which is logged once.
  private mutating func wait(for cause: Obstacle.Cause, _ seen: Candidate, at now: Instant) -> Bool {
    settle(seen, at: now)
    guard let before = obstacles[seen.name], before.cause == cause, before.status == seen.status else {
      obstacles[seen.name] = Obstacle(cause: cause, status: seen.status, since: now)
      return false
    }
    guard now >= before.since.advanced(by: patience(for: cause)) else { return false }
    guard !cause.passes, !before.isTold else { return true }
    obstacles[seen.name]?.isTold = true
    log.tell(
      SpoolEvent.notTakenYet,
      ["src": "\(seen.name)", "bytes": "\(seen.status.size)", "reason": "\(cause.explanation)"]
    )
    return true
  }

  private func patience(for cause: Obstacle.Cause) -> Duration {
    switch cause {
    case .perhapsOpenForWriting: pace.doubtfulSettleTime
    case .unreadable, .openForWriting, .immovable:
      options.endsWhenEmpty ? min(options.patience, pace.settleTime) : options.patience
    }
  }

  /// Moves the file into `work/`, where only the daemon touches it.
  private mutating func take(
    _ candidate: Candidate, from directory: Directory, at now: Instant
  ) throws(SystemCallError) -> Job? {
    while true {
      let job = Job(id: numbers.next(), name: candidate.name)
      do {
        try directory.move(candidate.name, to: work, as: job.claimedName)
        settling.removeValue(forKey: candidate.name)
        forget(candidate)
        lastArrival = candidate.status.changed.time
        tellOfCut(candidate.name, job)
        return isFile(job) ? job : nil
      } catch {
        switch error.reason {
        case .fileExists: continue
        case .noSuchFileOrDirectory:
          settling.removeValue(forKey: candidate.name)
          forget(candidate)
        case .permissionDenied, .notPermitted, .resourceBusy, .improperLink, .fileNameTooLong:
          _ = wait(for: .immovable(error.reason), candidate, at: now)
        default: throw error
        }
        return nil
      }
    }
  }

  /// Whether what was claimed is a regular file that may be published; anything else is put aside.
  ///
  /// The file was checked under a name that its owner can give to another, even by exchanging the two
  /// (RENAME_EXCHANGE); in `work/` nobody can. Another regular file is claimed like any: whatever it is, it could have
  /// been dropped in the first place.
  private func isFile(_ job: Job) -> Bool {
    guard let status = try? work.status(of: job.claimedName) else { return true }
    guard status.type == .regular else {
      quarantine.remove(job.claimedName)
      return false
    }
    return quarantine.disarm(job.claimedName, status)
  }

  /// Logs a shortened name, as the log is the only place with the full name.
  private func tellOfCut(_ name: FileName, _ job: Job) {
    guard job.name != name else { return }
    log.tell(
      SpoolEvent.nameCut,
      ["file": "\(name)", "job": "\(job.id)", "name": "\(job.name)"])
  }

  private mutating func settle(_ candidate: Candidate, at now: Instant) {
    watch.forget(candidate.name)
    settling[candidate.name] = Settling(candidate: candidate, since: now)
    nextPromotion = nil
  }
}

/// Why a settled file cannot be claimed yet.
struct Obstacle {
  enum Cause: Equatable {
    /// It cannot be opened for reading; after the time limit it is claimed anyway, and refused.
    case unreadable
    /// It is open for writing, so it is not complete, no matter how long it has been unchanged.
    case openForWriting
    /// The kernel does not report whether it is open for writing; it is claimed after a longer settling time.
    case perhapsOpenForWriting
    /// It cannot be moved to `work/`.
    case immovable(Errno)

    /// Whether the file is claimed anyway after the time limit.
    var passes: Bool { self == .unreadable || self == .perhapsOpenForWriting }

    /// The reason in the log.
    var explanation: String {
      switch self {
      case .unreadable: "it cannot be read"
      case .openForWriting: "a process still has it open for writing"
      case .perhapsOpenForWriting: "cannot determine whether a process has it open for writing"
      case .immovable(let reason): "it cannot be moved to work/: \(reason)"
      }
    }
  }

  let cause: Cause
  /// The status of the file when the obstacle was found.
  let status: FileStatus
  /// Since when it has existed.
  let since: SuspendingClock.Instant
  /// Whether it has been logged, once, after the time limit.
  var isTold = false
}
