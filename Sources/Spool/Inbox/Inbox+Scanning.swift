internal import Daemon
internal import Logging
internal import SystemCalls
internal import SystemPackage

// Scanning the inbox.
extension Inbox {
  mutating func scan(at now: Instant) throws(SystemCallError) {
    let begin = SuspendingClock.now
    // The watch starts before the scan, so that later files are noticed.
    watch.arm(path)
    pace.isHearing = watch.isHearing
    guard let listing = try look() else {
      forgetAll()
      (lastScan, noScanBefore, noBusyScanBefore, isScanWanted) = (now, now, now, false)
      return
    }
    (lastScan, isScanWanted) = (now, false)
    (files, leftAlone) = (listing.files, listing.leftAlone)
    (bytes, oldest, ownersOfMore) = (listing.bytes, listing.firstArrival?.time, listing.ownersOfMore)
    tellOf(listing)
    if listing.files == listing.oldest.count { watch.forgetAll(but: listing.oldest.lazy.map(\.name)) }
    sort(listing.oldest, at: now)
    // A scan of a huge inbox takes a while; at most half of the time is spent scanning, a tenth while there is work.
    let duration = begin.duration(to: .now)
    noScanBefore = now.advanced(by: duration * 2)
    noBusyScanBefore = now.advanced(by: max(duration * 10, Self.shortestBusyInterval))
  }

  /// The content of the inbox; nil while it is missing.
  private mutating func look() throws(SystemCallError) -> InboxListing? {
    do {
      let inbox = try Directory(path)
      let listing = try InboxListing(of: inbox, keeping: options.namesInMemory)
      try learn(of: inbox.fileSystem())
      directory = inbox
      if isMissing { log.tell(SpoolEvent.inboxBack, ["path": "\(path)"]) }
      isMissing = false
      return listing
    } catch {
      guard !error.isShortage else { throw error }
      if !isMissing {
        log.tell(SpoolEvent.inboxGone, ["error": "\(error)"])
      }
      isMissing = true
      return nil
    }
  }

  private mutating func learn(of fileSystem: FileSystem) {
    guard fileSystem != pace.fileSystem else { return }
    pace.fileSystem = fileSystem
    guard let name = fileSystem.remoteName else { return }
    log.tell(
      SpoolEvent.remoteInbox,
      [
        "file_system": "\(name)", "settle": "\(pace.settleTime)", "interval": "\(pace.lookInterval)",
      ])
  }

  /// Divides the files found into complete and settling ones.
  private mutating func sort(_ found: [Candidate], at now: Instant) {
    let (before, readyBefore, obstaclesBefore) = (settling, ready.byName, obstacles)
    ready.removeAll()
    settling.removeAll(keepingCapacity: true)
    obstacles.removeAll(keepingCapacity: true)
    var complete: [Candidate] = []
    for candidate in found {
      let wasReady = readyBefore[candidate.name]?.status == candidate.status
      if wasReady || watch.sawMovingIn(candidate.name) {
        complete.append(candidate)
        if wasReady { obstacles[candidate.name] = obstaclesBefore[candidate.name] }
      } else if let file = before[candidate.name], file.candidate.status == candidate.status {
        settling[candidate.name] = file
        obstacles[candidate.name] = obstaclesBefore[candidate.name]
      } else {
        settling[candidate.name] = Settling(candidate: candidate, since: now)
      }
    }
    ready.add(complete)
    nextPromotion = nil
  }

  /// The minimum time between scans while there are files to claim.
  private static let shortestBusyInterval = Duration.milliseconds(250)

  private mutating func tellOf(_ listing: InboxListing) {
    for name in toldOf.news(in: listing.leftAloneNames) {
      log.tell(SpoolEvent.irregularFile, ["src": "\(name)"])
    }
    if toldOf.isFirstOverflow(of: listing.leftAlone) {
      log.tell(
        SpoolEvent.moreIrregularFiles,
        ["count": "\(listing.leftAlone)"])
    }
  }
}

/// The names that have been logged, in bounded memory, so that none is logged twice.
struct NamesTold {
  private var names: Set<FileName> = []
  private var hasOverflown = false

  /// The new names among `present`; names that are gone are forgotten.
  mutating func news(in present: [FileName]) -> [FileName] {
    names.formIntersection(present)
    return present.filter { names.insert($0).inserted }
  }

  /// Whether the limit is exceeded, and was not in the previous call.
  mutating func isFirstOverflow(of count: Int) -> Bool {
    defer { hasOverflown = count > InboxListing.namesOfLeftAlone }
    return count > InboxListing.namesOfLeftAlone && !hasOverflown
  }
}
