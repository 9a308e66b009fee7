internal import Daemon
internal import Logging
internal import SystemCalls
internal import SystemPackage

// Looking into the inbox.
extension Inbox {
  mutating func scan(at now: Instant) throws(SystemCallError) {
    let begin = SuspendingClock.now
    // Armed before the look: what comes after it is heard.
    watch.arm(path)
    pace.isHearing = watch.isHearing
    guard let listing = try look() else {
      forgetAll()
      (lastScan, noScanBefore, isScanWanted) = (now, now, false)
      return
    }
    (lastScan, isScanWanted) = (now, false)
    (files, leftAlone) = (listing.files, listing.leftAlone)
    tellOf(listing)
    if listing.files == listing.oldest.count { watch.forgetAll(but: listing.oldest.lazy.map(\.name)) }
    sort(listing.oldest, at: now)
    // A scan of a huge inbox takes a while: at most half of the time goes into scans.
    noScanBefore = now.advanced(by: begin.duration(to: .now) * 2)
  }

  /// What lies in the inbox now, or nil while it is missing.
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

  /// Sorts what was found into what is complete and what has to settle.
  private mutating func sort(_ found: [Candidate], at now: Instant) {
    let (before, obstaclesBefore) = (settling, obstacles)
    settling.removeAll(keepingCapacity: true)
    obstacles.removeAll(keepingCapacity: true)
    for candidate in found {
      if watch.sawMovingIn(candidate.name) {
        ready.append(candidate)
      } else if let file = before[candidate.name], file.candidate.status == candidate.status {
        settling[candidate.name] = file
        obstacles[candidate.name] = obstaclesBefore[candidate.name]
      } else {
        settling[candidate.name] = Settling(candidate: candidate, since: now)
      }
    }
    ready.sort(by: >)
    nextPromotion = nil
  }

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

/// Which names were told of, so that none is told twice, in bounded memory.
struct NamesTold {
  private var names: Set<FileName> = []
  private var hasOverflown = false

  /// Those of `present` that are new; the others are forgotten when they are gone.
  mutating func news(in present: [FileName]) -> [FileName] {
    names.formIntersection(present)
    return present.filter { names.insert($0).inserted }
  }

  /// Whether there are more than can be remembered, for the first time in a row.
  mutating func isFirstOverflow(of count: Int) -> Bool {
    defer { hasOverflown = count > InboxListing.namesOfLeftAlone }
    return count > InboxListing.namesOfLeftAlone && !hasOverflown
  }
}
