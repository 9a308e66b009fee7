internal import Logging
internal import SystemCalls
internal import SystemPackage

/// The inbox: finds files, waits until they are complete, and claims them, the oldest first.
///
/// A directory scan is the truth, inotify only the reason for one. A file is complete when it was renamed into the
/// inbox before our eyes, or when two looks at it a settle time apart saw the same size, mtime and ctime; and when
/// nobody has it open for writing as far as the kernel tells. A file that is not complete, or cannot be taken, keeps no
/// other waiting.
struct Inbox {
  typealias Instant = SuspendingClock.Instant
  typealias Candidate = InboxListing.Candidate

  /// A file that is not known to be complete.
  struct Settling {
    var candidate: Candidate
    /// When it was first seen like this, or last looked at in vain.
    var since: Instant
  }

  /// How many files wait in the inbox, as far as is known.
  var files = 0
  /// How many things in it never will be taken.
  var leftAlone = 0
  /// What to poll for to hear of new files.
  var descriptor: FileDescriptor? { watch.descriptor }

  let path: FilePath
  let work: Directory
  var options: SpoolOptions { didSet { pace.options = options } }
  let log: Logger
  var watch: InboxWatch
  var pace: InboxPace
  /// The inbox as it was when it was last looked into; nil while it is missing.
  var directory: Directory?
  var numbers: JobNumbers

  /// Complete files, the oldest last.
  var ready: [Candidate] = []
  /// Files that have to rest, no more than a look brings.
  var settling: [FileName: Settling] = [:]
  /// What kept files at rest from being taken; of files in `ready` or `settling` only.
  var obstacles: [FileName: Obstacle] = [:]
  /// When the next of `settling` has rested for long enough; nil when that has to be found out.
  var nextPromotion: Instant?
  var isScanWanted = true
  var lastScan: Instant?
  var noScanBefore: Instant?
  var isMissing = false
  var toldOf = NamesTold()

  /// - Parameter lastJob: the latest identity that was ever given to a job.
  init(_ directories: SpoolDirectories, options: SpoolOptions, after lastJob: String? = nil, log: Logger) {
    path = directories.inbox
    work = directories.work
    self.options = options
    self.log = log
    watch = InboxWatch(log: log)
    pace = InboxPace(options: options)
    numbers = JobNumbers(after: lastJob)
  }

  /// Claims the next complete file, or returns nil when none is complete at `now`.
  mutating func claim(at now: Instant) throws(SystemCallError) -> Job? {
    let heard = try watch.listen()
    if heard.isNews { isScanWanted = true }
    if heard.isGone { forgetAll() }
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
  var isDrained: Bool {
    guard ready.isEmpty, !isScanWanted, hasOnlyHeld else { return false }
    return files == settling.count
  }

  /// How long there is nothing to do but listen.
  func idleTime(at now: Instant) -> Duration {
    var next = (lastScan ?? now).advanced(by: pace.lookInterval)
    if isScanWanted { next = noScanBefore ?? now }
    for file in settling.values { next = min(next, promotion(of: file)) }
    return max(.zero, now.duration(to: next))
  }

  /// Whether all that waits has been told to stay where it is.
  var hasOnlyHeld: Bool { settling.keys.allSatisfy { obstacles[$0]?.isTold == true } }

  private func isScanDue(at now: Instant) -> Bool {
    guard let lastScan, let noScanBefore else { return true }
    guard now >= noScanBefore else { return false }
    return isScanWanted || now >= lastScan.advanced(by: pace.lookInterval)
  }

  /// Forgets `name`, which has been taken or is gone.
  mutating func forget(_ name: FileName) {
    watch.forget(name)
    obstacles.removeValue(forKey: name)
    files = max(0, files - 1)
    // Only a scan tells whether that was the last one.
    if ready.isEmpty, hasOnlyHeld { isScanWanted = true }
  }

  /// Forgets all that lay in an inbox that is no more.
  mutating func forgetAll() {
    (ready, settling, obstacles, directory) = ([], [:], [:], nil)
    (files, leftAlone, isScanWanted) = (0, 0, true)
  }

  /// Moves what was unchanged for long enough to what is ready for a second look.
  private mutating func promoteSettled(at now: Instant) {
    if let nextPromotion, now < nextPromotion { return }
    let settled = settling.values.filter { now >= promotion(of: $0) }
    for file in settled {
      ready.append(file.candidate)
      settling.removeValue(forKey: file.candidate.name)
    }
    if !settled.isEmpty { ready.sort(by: >) }
    nextPromotion = settling.values.lazy.map(promotion).min() ?? now.advanced(by: options.patience)
  }

  /// When `file` has rested for long enough to be looked at again.
  private func promotion(of file: Settling) -> Instant {
    guard let obstacle = obstacles[file.candidate.name] else {
      return file.since.advanced(by: pace.settleTime)
    }
    if obstacle.cause == .perhapsOpenForWriting { return file.since.advanced(by: pace.doubtfulSettleTime) }
    return file.since.advanced(
      by: obstacle.isTold ? max(pace.settleTime, pace.lookInterval) : pace.timeBetweenLooks)
  }
}

/// How often to look into the inbox and how long to let files rest, by what the system lets us know.
struct InboxPace {
  var options: SpoolOptions
  /// What the inbox is on.
  var fileSystem = FileSystem(magic: 0)
  /// Whether inotify tells what happens in it.
  var isHearing = true

  /// How far apart two equal looks at a file must be.
  var settleTime: Duration { fileSystem.isRemote ? options.remoteSettleTime : options.settleTime }

  /// The same where the kernel does not tell whether a file is still open for writing: for those of other users, without
  /// CAP_LEASE.
  var doubtfulSettleTime: Duration { max(settleTime, options.remoteSettleTime) }

  /// How far apart looks at the same file are that nothing is heard of, however short the settle time is.
  var timeBetweenLooks: Duration { max(settleTime, .milliseconds(100)) }

  /// How often to look though nothing was heard.
  var lookInterval: Duration {
    isHearing && !fileSystem.isRemote
      ? options.rescanInterval : min(options.rescanInterval, options.pollInterval)
  }
}
