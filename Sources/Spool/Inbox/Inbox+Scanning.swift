internal import Daemon
internal import Logging
internal import SystemCalls
internal import SystemPackage

// Scanning the inbox.
extension Inbox {
  /// Scans: to the end where there are few files, else for a slice of a scan that later calls go on with.
  ///
  /// At most half of the time is spent scanning, a tenth while there are files to claim; but four fifths as long as
  /// files may wait that nothing else tells of: those from before this run, and those of which news was lost.
  mutating func goOnScanning(at now: Instant) throws(SystemCallError) {
    do throws(SystemCallError) {
      let scan = try currentScan(at: now)
      let before = scan.duration
      let listing = try scan.advance()
      let isUrgent = scan.isUrgent || hasLostNews || lastScan == nil
      let pause = (scan.duration - before) * (isUrgent ? 1.25 : 10)
      if let listing {
        take(listing, of: scan, at: now)
        noScanBefore = now.advanced(by: scan.duration * 2)
        noBusyScanBefore = now.advanced(by: max(pause, Self.shortestBusyInterval))
      } else {
        takeIn(scan.found, at: now)
        (noScanBefore, noBusyScanBefore) = (now, now.advanced(by: pause))
      }
    } catch {
      guard !error.isShortage else { throw error }
      loseInbox(error, at: now)
    }
  }

  /// The scan to go on with.
  ///
  /// A thorough one takes long, so it is set aside for a scan by names where news was lost; then it goes on for at
  /// least as long as that one took, so that neither keeps the other from its end.
  private mutating func currentScan(at now: Instant) throws(SystemCallError) -> InboxScan {
    guard let scan else { return try beginScan(at: now) }
    guard scan.isThorough, hasLostNews, !surplus.owners.isEmpty, scan.duration >= scan.share else {
      return scan
    }
    scanSetAside = scan
    return try beginScan(at: now)
  }

  /// Begins a scan. Surplus files are counted by their names, most of them, as long as their owners have enough
  /// others; then it is thorough. Where files may wait that nothing else tells of, it is not, as to look at all takes
  /// several times as long: but not twice in a row, as news may be lost during every scan.
  private mutating func beginScan(at now: Instant) throws(SystemCallError) -> InboxScan {
    // The watch starts before the scan, so that later files are noticed.
    watch.arm(path)
    pace.isHearing = watch.isHearing
    let inbox = try Directory(path)
    try learn(of: inbox.fileSystem())
    let mayBeThorough = lastScan != nil && scanSetAside == nil && (!hasLostNews || owesThoroughScan)
    let isThorough = mayBeThorough && isAnyRunningOut
    let isHurried = !isThorough && (hasLostNews || lastScan == nil)
    numberOfScans &+= 1
    let listing = InboxListing(
      keeping: options.namesInMemory, counting: isThorough ? SurplusFiles() : surplus,
      lookingAt: .init(scan: numberOfScans, scans: isHurried ? Self.scansPerHurriedLook : Self.scansPerLook),
      trusting: ready.byName)
    let new = try InboxScan(
      of: inbox, into: listing, namesPerSlice: options.namesPerSlice, isUrgent: isHurried, at: now)
    (directory, scan, isScanWanted) = (inbox, new, false)
    // A thorough one is about to be set aside for that.
    if !isThorough { hasLostNews = false }
    if isMissing { log.tell(SpoolEvent.inboxBack, ["path": "\(path)"]) }
    isMissing = false
    return new
  }

  /// The inbox cannot be read, for the reason of `error`.
  private mutating func loseInbox(_ error: SystemCallError, at now: Instant) {
    if !isMissing { log.tell(SpoolEvent.inboxGone, ["error": "\(error)"]) }
    isMissing = true
    forgetAll()
    (lastScan, noScanBefore, noBusyScanBefore, isScanWanted) = (now, now, now, false)
  }

  /// Replaces what was known by the result of a complete `scan`.
  private mutating func take(_ listing: InboxListing, of scan: InboxScan, at now: Instant) {
    (self.scan, scanSetAside, lastScan) = (scanSetAside, nil, scan.begin)
    (files, leftAlone, surplus) = (listing.files, listing.leftAlone, listing.surplus)
    (bytes, oldest) = (listing.bytes, listing.firstArrival?.time)
    // What was added to the former surplus and not seen is in the present one, or waits for the next scan.
    if !scan.ownersOfSurplus.isSubset(of: surplus.owners) { isScanWanted = true }
    tellOf(listing)
    if listing.files == listing.oldest.count {
      watch.forgetAll(but: scan.arrivals.union(listing.oldest.lazy.map(\.name)))
    }
    sort(listing.oldest, and: scan.arrivals, at: now)
    if let other = self.scan {
      // It has passed what was found meanwhile.
      other.arrivals.formUnion(scan.arrivals.union(listing.oldest.lazy.map(\.name)))
      other.ownersOfSurplus.formUnion(surplus.owners)
      other.share = other.duration + scan.duration
    }
    owesThoroughScan = self.scan == nil && !listing.isThorough && isAnyRunningOut
    if owesThoroughScan { isScanWanted = true }
    record?.update(surplus, at: now)
  }

  /// Whether few files are left of an owner while others of his are known by their number only.
  private var isAnyRunningOut: Bool {
    guard !surplus.owners.isEmpty else { return false }
    var waiting: [UInt32: Int] = [:]
    for file in settling.values { waiting[file.candidate.status.owner, default: 0] += 1 }
    return surplus.owners.contains { isRunningOut($0, settling: waiting[$0] ?? 0) }
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

  /// Divides the files found into complete and settling ones, and keeps the `arrivals` that were not found; those that
  /// are younger than surplus files of the same owner become surplus, as they are not to be claimed before these.
  private mutating func sort(_ found: [Candidate], and arrivals: Set<FileName>, at now: Instant) {
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
    for name in arrivals where ready.byName[name] == nil && settling[name] == nil {
      guard let candidate = readyBefore[name] ?? before[name]?.candidate else { continue }
      guard !surplus.includes(candidate) else {
        addToSurplus(candidate)
        continue
      }
      count(candidate)
      obstacles[name] = obstaclesBefore[name]
      if let file = before[name] { settling[name] = file } else { ready.add([candidate]) }
    }
    nextPromotion = nil
  }

  /// In how many scans each known surplus file is looked at once; and in how many of those that others wait for.
  static let (scansPerLook, scansPerHurriedLook): (UInt64, UInt64) = (8, 64)

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
