internal import Logging
internal import SystemCalls
internal import SystemPackage

/// The inbox: finds files, waits until they are complete, and claims them: those of each owner in turn, the oldest first.
///
/// Directory scans are authoritative. What inotify tells of is looked at by itself, as a scan takes the longer the more
/// files wait; where it does not tell everything, it triggers a scan. What is known can be claimed while one goes on. A
/// file is complete if a rename into the inbox was
/// observed, or if its size, mtime and ctime were unchanged for the settling time; and if it is not open for writing,
/// as far as the kernel reports that. A file that is not complete, or cannot be claimed, does not delay others.
struct Inbox {
  typealias Instant = SuspendingClock.Instant
  typealias Candidate = InboxListing.Candidate

  /// A file that is not known to be complete.
  struct Settling {
    var candidate: Candidate
    /// When it was first seen with this status, or last checked without success.
    var since: Instant
  }

  /// The number of files waiting in the inbox, as of the last scan.
  var files = 0
  /// Their size, and when the oldest of them arrived; as of the last scan, less what has been claimed since.
  var (bytes, oldest): (Int, UTCTime?) = (0, nil)
  /// When the file that was claimed last arrived: its ctime then, which a rename into the inbox sets.
  var lastArrival = UTCTime(microseconds: 0)
  /// The number of entries that will never be claimed.
  var leftAlone = 0
  /// Readable when there is news of the inbox; nil without inotify.
  var descriptor: FileDescriptor? { watch.descriptor }

  let path: FilePath
  let work: Directory
  var options: SpoolOptions { didSet { pace.options = options } }
  let log: Logger
  let quarantine: Quarantine
  var watch: InboxWatch
  var pace: InboxPace
  /// Of the last scan; nil while the inbox is missing.
  var directory: Directory?
  var numbers: JobNumbers

  /// Complete files.
  var ready = ReadyFiles()
  /// Settling files, at most as many as a scan keeps.
  var settling: [FileName: Settling] = [:]
  /// The obstacles to claiming files in `ready` or `settling`.
  var obstacles: [FileName: Obstacle] = [:]
  /// The files that are known by their number only.
  var surplus: SurplusFiles
  /// What is kept of them for the next start.
  var record: SurplusRecord?
  /// When the next file in `settling` will have settled; nil if that has to be computed.
  var nextPromotion: Instant?
  var isScanWanted = true
  /// Whether there was more news since the last scan began than the kernel keeps.
  var hasLostNews = false
  /// Whether the last scan has left owners with few files whose others it only counted.
  var owesThoroughScan = false
  /// The scan that is going on.
  var scan: InboxScan?
  /// A thorough scan that waits for the one that is going on.
  var scanSetAside: InboxScan?
  /// When the last complete one began.
  var lastScan: Instant?
  /// Counts scans, from a random number, so that short runs do not all look at the same files again.
  var numberOfScans = UInt64.random(in: 0..<1 << 32)
  var noScanBefore: Instant?
  /// The same while there are files to claim.
  var noBusyScanBefore: Instant?
  var isMissing = false
  var toldOf = NamesTold()

  /// - Parameters:
  ///   - lastJob: the latest identity ever assigned to a job.
  ///   - state: the folder where something is kept for the next start; nil to keep nothing.
  init(
    _ directories: SpoolDirectories, options: SpoolOptions, after lastJob: String? = nil,
    quarantine: Quarantine? = nil, state: Directory? = nil, log: Logger
  ) {
    path = directories.inbox
    work = directories.work
    self.options = options
    self.log = log
    self.quarantine = quarantine ?? Quarantine(directories.work, log: log)
    watch = InboxWatch(log: log)
    pace = InboxPace(options: options)
    numbers = JobNumbers(after: lastJob)
    record = state.map(SurplusRecord.init)
    surplus = record?.read() ?? SurplusFiles()
  }

  /// Claims the next complete file, or returns nil when none is complete at `now`.
  ///
  /// - Parameter owners: the users whose files stay.
  mutating func claim(at now: Instant, except owners: Set<UInt32> = []) throws(SystemCallError) -> Job? {
    try listen(at: now)
    promoteSettled(at: now)
    if isScanDue(at: now, isIdle: !ready.hasAny(except: owners)) {
      try goOnScanning(at: now)
      promoteSettled(at: now)
    }
    while let candidate = ready.next(except: owners) {
      // Only a scan can tell which files of that owner come next.
      if isRunningOut(candidate.status.owner) { isScanWanted = true }
      if let job = try claim(candidate, at: now) { return job }
    }
    return nil
  }

  /// Takes note of what has happened in the inbox.
  ///
  /// To be called also while nothing is claimed: the kernel keeps a limited number of events.
  mutating func listen(at now: Instant) throws(SystemCallError) {
    let news: InboxWatch.News
    do {
      news = try watch.listen()
    } catch {
      isScanWanted = true
      throw error
    }
    if news.isIncomplete {
      (isScanWanted, hasLostNews) = (true, true)
    }
    guard !news.isGone else { return forgetAll() }
    for name in news.names where !takeIn(name, at: now) { isScanWanted = true }
  }

  /// The same, and goes on with a scan for its share of the time: to be called while a file is read, as a long one must
  /// not hold up the scan that finds those of others.
  mutating func attend(at now: Instant) throws(SystemCallError) {
    try listen(at: now)
    if isScanDue(at: now, isIdle: false) { try goOnScanning(at: now) }
  }

  /// Takes in one file without a scan; returns false if only a scan can tell what to do with it.
  private mutating func takeIn(_ name: FileName, at now: Instant) -> Bool {
    // A known file that has been written to, or another of its name, is noticed when it is claimed.
    guard settling[name] == nil, ready.byName[name] == nil else { return !watch.sawMovingIn(name) }
    guard let directory else { return false }
    let status: FileStatus
    do {
      guard let present = try directory.status(of: name) else { return true }
      status = present
    } catch {
      return false
    }
    let candidate = Candidate(name: name, status: status)
    guard status.type == .regular else { return false }
    if surplus.includes(candidate) {
      addToSurplus(candidate)
      scan?.ownersOfSurplus.insert(status.owner)
      return true
    }
    guard hasRoom(for: status.owner) else { return false }
    count(candidate)
    scan?.arrivals.insert(name)
    keep(candidate, at: now)
    return true
  }

  /// Adds `candidate` to the surplus, as older files of its owner come first; harmless if it is there already.
  mutating func addToSurplus(_ candidate: Candidate) {
    watch.forget(candidate.name)
    guard surplus.hash(ofKnown: candidate.name, inode: candidate.status.inode) == nil else { return }
    count(candidate)
    surplus.insert(candidate)
  }

  /// Counts one more waiting file.
  mutating func count(_ candidate: Candidate) {
    if files == 0 { oldest = nil }
    (files, bytes) = (files + 1, Int.clampedSum(bytes, candidate.status.size))
    oldest = oldest ?? candidate.status.changed.time
  }

  /// Takes in files that a scan has found before it is complete, so that they need not wait for its end.
  mutating func takeIn(_ found: [Candidate], at now: Instant) {
    for candidate in found where settling[candidate.name] == nil && ready.byName[candidate.name] == nil {
      guard !surplus.includes(candidate), hasRoom(for: candidate.status.owner) else { continue }
      scan?.arrivals.insert(candidate.name)
      keep(candidate, at: now)
    }
  }

  private mutating func keep(_ candidate: Candidate, at now: Instant) {
    if watch.sawMovingIn(candidate.name) {
      ready.add([candidate])
    } else {
      settling[candidate.name] = Settling(candidate: candidate, since: now)
      nextPromotion = nil
    }
  }

  /// Whether one more file of `owner` may be known before a scan is complete. In a full inbox each owner may have a few,
  /// however many others have; all of them together not more than there is room for.
  private func hasRoom(for owner: UInt32) -> Bool {
    let known = ready.byName.count + settling.count
    guard known >= options.namesInMemory else { return true }
    return known < 2 * options.namesInMemory && ready.count(of: owner) < Self.mostBeyondRoom
  }

  /// How many files one owner may have in a full inbox.
  private static let mostBeyondRoom = 64

  /// Whether few files of `owner` are left that are known by more than their number, while others are not.
  ///
  /// - Parameter count: how many of those are settling.
  func isRunningOut(_ owner: UInt32, settling count: Int = 0) -> Bool {
    surplus.owners.contains(owner)
      && ready.count(of: owner) + count < max(1, options.namesInMemory / 8 / surplus.owners.count)
  }

  /// Whether there was nothing left to claim in the last scan, which is not older than the last claim.
  var isDrained: Bool {
    guard ready.isEmpty, !isScanWanted, scan == nil, hasOnlyHeld else { return false }
    return files == settling.count
  }

  /// The time until the next scan or check is due.
  func idleTime(at now: Instant) -> Duration {
    var next = (lastScan ?? now).advanced(by: pace.lookInterval)
    if isScanWanted || scan != nil { next = noScanBefore ?? now }
    for file in settling.values { next = min(next, promotion(of: file)) }
    return max(.zero, now.duration(to: next))
  }

  /// Whether all waiting files have logged obstacles.
  var hasOnlyHeld: Bool { settling.keys.allSatisfy { obstacles[$0]?.isTold == true } }

  /// - Parameter isIdle: whether there is nothing to claim. Otherwise a scan finds the files of other owners, and takes
  ///   a small share of the time only.
  private func isScanDue(at now: Instant, isIdle: Bool) -> Bool {
    guard let noScanBefore, let noBusyScanBefore else { return true }
    guard now >= (isIdle ? noScanBefore : noBusyScanBefore) else { return false }
    guard scan == nil, !isScanWanted, let lastScan else { return true }
    return now >= lastScan.advanced(by: pace.lookInterval)
  }

  /// Forgets `candidate`, which has been claimed or is gone.
  mutating func forget(_ candidate: Candidate) {
    watch.forget(candidate.name)
    scan?.arrivals.remove(candidate.name)
    obstacles.removeValue(forKey: candidate.name)
    (files, bytes) = (max(0, files - 1), max(0, bytes - candidate.status.size))
    // Only a scan can tell whether that was the last one.
    if ready.isEmpty, hasOnlyHeld { isScanWanted = true }
  }

  /// Forgets all files of an inbox that no longer exists.
  mutating func forgetAll() {
    ready.removeAll()
    (settling, obstacles, directory, surplus) = ([:], [:], nil, SurplusFiles())
    (scan, scanSetAside) = (nil, nil)
    (files, leftAlone, isScanWanted) = (0, 0, true)
  }

  /// Moves settled files to `ready`.
  private mutating func promoteSettled(at now: Instant) {
    if let nextPromotion, now < nextPromotion { return }
    let settled = settling.values.filter { now >= promotion(of: $0) }
    for file in settled { settling.removeValue(forKey: file.candidate.name) }
    ready.add(settled.map(\.candidate))
    nextPromotion = settling.values.lazy.map(promotion).min() ?? now.advanced(by: options.patience)
  }

  /// When `file` will have settled.
  private func promotion(of file: Settling) -> Instant {
    guard let obstacle = obstacles[file.candidate.name] else {
      return file.since.advanced(by: pace.settleTime)
    }
    if obstacle.cause == .perhapsOpenForWriting { return file.since.advanced(by: pace.doubtfulSettleTime) }
    return file.since.advanced(
      by: obstacle.isTold ? max(pace.settleTime, pace.lookInterval) : pace.timeBetweenLooks)
  }
}

/// The intervals of scans and the settling times, depending on what the system can report.
struct InboxPace {
  var options: SpoolOptions
  /// The file system of the inbox.
  var fileSystem = FileSystem(magic: 0)
  /// Whether inotify works for it.
  var isHearing = true

  /// The settling time.
  var settleTime: Duration { fileSystem.isRemote ? options.remoteSettleTime : options.settleTime }

  /// The settling time of files that the kernel does not report as open for writing: those of other users, without
  /// CAP_LEASE.
  var doubtfulSettleTime: Duration { max(settleTime, options.remoteSettleTime) }

  /// The minimum time between checks of a file without events, however short the settling time.
  var timeBetweenLooks: Duration { max(settleTime, .milliseconds(100)) }

  /// The interval of scans without events.
  var lookInterval: Duration {
    isHearing && !fileSystem.isRemote
      ? options.rescanInterval : min(options.rescanInterval, options.pollInterval)
  }
}
