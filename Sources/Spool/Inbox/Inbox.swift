internal import Logging
internal import SystemCalls
internal import SystemPackage

/// The inbox: finds files, waits until they are complete, and claims them, the oldest first.
///
/// A directory scan is the truth, inotify only the reason for one. A file is complete when it was renamed into the
/// inbox before our eyes; or when two looks at it a settle time apart saw the same size, mtime and ctime, and nobody
/// has it open for writing as far as the kernel tells.
struct Inbox {
  typealias Instant = SuspendingClock.Instant

  /// A file that is not known to be complete.
  private struct Settling {
    var candidate: InboxListing.Candidate
    /// When it was first seen like this.
    var since: Instant
  }

  /// What to do with a file after a close look.
  private enum Verdict {
    case take
    case settle(InboxListing.Candidate)
    case unreadable
    case gone
  }

  /// How many files wait in the inbox, as far as is known.
  private(set) var files = 0
  /// How many things in it never will be taken.
  private(set) var leftAlone = 0
  /// What to poll for to hear of new files.
  var descriptor: FileDescriptor? { watch.descriptor }

  private let path: FilePath
  private let work: Directory
  var options: SpoolOptions
  private let log: Logger
  private var watch: InboxWatch
  private var directory: Directory?
  private var numbers: JobNumbers

  /// Complete files, the oldest last.
  private var ready: [InboxListing.Candidate] = []
  private var settling: [FileName: Settling] = [:]
  /// Since when files could not be opened for lack of rights.
  private var unreadable: [FileName: Instant] = [:]
  private var isScanWanted = true
  private var lastScan: Instant?
  private var noScanBefore: Instant?
  private var isMissing = false
  private var toldOf: Set<FileName> = []

  /// - Parameter lastJob: the latest identity that was ever given to a job.
  init(_ directories: SpoolDirectories, options: SpoolOptions, after lastJob: String? = nil, log: Logger) {
    path = directories.inbox
    work = directories.work
    self.options = options
    self.log = log
    watch = InboxWatch(log: log)
    numbers = JobNumbers(after: lastJob)
  }

  /// Claims the next complete file, or returns nil when none is complete at `now`.
  mutating func claim(at now: Instant) throws(SystemCallError) -> Job? {
    if try watch.listen() { isScanWanted = true }
    promoteSettled(at: now)
    if ready.isEmpty, isScanDue(at: now) {
      try scan(at: now)
      promoteSettled(at: now)
    }
    while let candidate = ready.popLast() {
      if let job = try claim(candidate, at: now) { return job }
    }
    return nil
  }

  /// Whether nothing was left that will be taken when the inbox was last looked into, which is not before
  /// the last claim.
  var isDrained: Bool { ready.isEmpty && settling.isEmpty && !isScanWanted && files == 0 }

  /// How long there is nothing to do but listen.
  func idleTime(at now: Instant) -> Duration {
    var next = (lastScan ?? now).advanced(by: options.rescanInterval)
    if isScanWanted { next = noScanBefore ?? now }
    for file in settling.values { next = min(next, file.since.advanced(by: options.settleTime)) }
    return max(.zero, now.duration(to: next))
  }

  private func isScanDue(at now: Instant) -> Bool {
    guard let lastScan, let noScanBefore else { return true }
    if now >= lastScan.advanced(by: options.rescanInterval) { return true }
    return isScanWanted && now >= noScanBefore
  }
}

// Looking into the inbox.
extension Inbox {
  private mutating func scan(at now: Instant) throws(SystemCallError) {
    let begin = SuspendingClock.now
    // Armed before the look: what comes after it is heard.
    watch.arm(path)
    (lastScan, isScanWanted) = (now, false)
    guard let inbox = try open() else {
      (ready, settling, files, leftAlone) = ([], [:], 0, 0)
      noScanBefore = now
      return
    }
    let listing = try InboxListing(of: inbox, keeping: options.namesInMemory)
    (files, leftAlone) = (listing.files, listing.leftAlone)
    tellOf(listing.leftAloneNames)
    if listing.files == listing.oldest.count { watch.forgetAll(but: listing.oldest.lazy.map(\.name)) }
    sort(listing.oldest, at: now)
    // A scan of a huge inbox takes a while: at most half of the time goes into scans.
    noScanBefore = now.advanced(by: begin.duration(to: .now))
  }

  /// Sorts what was found into what is complete and what has to settle.
  private mutating func sort(_ found: [InboxListing.Candidate], at now: Instant) {
    let before = settling
    settling.removeAll(keepingCapacity: true)
    for candidate in found {
      if watch.sawMovingIn(candidate.name) {
        ready.append(candidate)
      } else if let file = before[candidate.name], file.candidate.status == candidate.status {
        settling[candidate.name] = file
      } else {
        settling[candidate.name] = Settling(candidate: candidate, since: now)
      }
    }
    ready.sort(by: >)
  }

  /// The inbox as it is now, or nil while it is missing.
  private mutating func open() throws(SystemCallError) -> Directory? {
    do {
      directory = try Directory(path)
    } catch {
      let passing: [Errno] = [.noSuchFileOrDirectory, .notDirectory, .permissionDenied]
      guard passing.contains(error.reason) else { throw error }
      if !isMissing {
        log.warning("the inbox is gone or closed; waiting for it", metadata: ["error": "\(error)"])
      }
      (directory, isMissing) = (nil, true)
      return nil
    }
    if isMissing { log.notice("the inbox is back", metadata: ["path": "\(path)"]) }
    isMissing = false
    return directory
  }

  private mutating func tellOf(_ names: [FileName]) {
    toldOf.formIntersection(names)
    for name in names where toldOf.insert(name).inserted {
      log.notice("left in the inbox: not a regular file", metadata: ["file": "\(name)"])
    }
  }

  /// Moves what was unchanged for long enough to what is ready for a second look.
  private mutating func promoteSettled(at now: Instant) {
    let settled = settling.values.filter { now >= $0.since.advanced(by: options.settleTime) }
    guard !settled.isEmpty else { return }
    for file in settled {
      ready.append(file.candidate)
      settling.removeValue(forKey: file.candidate.name)
    }
    ready.sort(by: >)
  }
}

// Taking files.
extension Inbox {
  /// Looks at `candidate` once more, and claims it when it is complete.
  private mutating func claim(
    _ candidate: InboxListing.Candidate, at now: Instant
  ) throws(SystemCallError) -> Job? {
    guard let directory else { return nil }
    switch try verdict(on: candidate, in: directory) {
    case .take: break
    case .gone:
      forget(candidate.name)
      return nil
    case .settle(let seen):
      settle(seen, at: now)
      return nil
    case .unreadable:
      let since = unreadable[candidate.name] ?? now
      unreadable[candidate.name] = since
      let patience = options.endsWhenEmpty ? options.settleTime : options.patience
      guard now >= since.advanced(by: patience) else {
        settle(candidate, at: now)
        return nil
      }
    }
    return try take(candidate.name, from: directory)
  }

  private func verdict(
    on candidate: InboxListing.Candidate, in directory: Directory
  ) throws(SystemCallError) -> Verdict {
    let descriptor: FileDescriptor
    do {
      descriptor = try directory.open(candidate.name)
    } catch {
      switch error.reason {
      case .noSuchFileOrDirectory, .tooManySymbolicLinkLevels, .noSuchAddressOrDevice: return .gone
      case .permissionDenied, .notPermitted: return .unreadable
      default: throw error
      }
    }
    defer { try? descriptor.close() }
    let status = try descriptor.status(candidate.name.description)
    guard status.kind == .regular else { return .gone }
    if watch.sawMovingIn(candidate.name) { return .take }
    guard status == candidate.status, descriptor.isOpenForWriting != true else {
      return .settle(InboxListing.Candidate(name: candidate.name, status: status))
    }
    return .take
  }

  /// Moves the file into `work/`: from then on it is ours alone.
  private mutating func take(_ name: FileName, from directory: Directory) throws(SystemCallError) -> Job? {
    forget(name)
    while true {
      let job = Job(id: numbers.next(), name: name)
      do {
        try directory.move(name, to: work, as: job.claimedName)
        return job
      } catch {
        switch error.reason {
        case .fileExists: continue
        case .noSuchFileOrDirectory: return nil
        default: throw error
        }
      }
    }
  }

  private mutating func settle(_ candidate: InboxListing.Candidate, at now: Instant) {
    watch.forget(candidate.name)
    settling[candidate.name] = Settling(candidate: candidate, since: now)
  }

  private mutating func forget(_ name: FileName) {
    watch.forget(name)
    unreadable.removeValue(forKey: name)
    files = max(0, files - 1)
    // Only a scan tells whether that was the last one.
    if ready.isEmpty, settling.isEmpty { isScanWanted = true }
  }
}
