internal import Daemon
internal import Ledger
internal import Logging
package import Scoring
internal import SystemCalls
internal import SystemPackage
package import Tweets

/// The spool's files as one stream of tweets: claims a file, reads it, then claims the next.
///
/// Small files share chunks. A file that takes longer than a turn lets those behind it overtake: turns of files that
/// have begun, be it in an earlier run, alternate with turns in which new ones are claimed. A file that changes after its
/// claim keeps none waiting either. As each of them is open, one owner may have a few such files at a time; more stay
/// in the inbox.
///
/// The stream ends when `stop` rings, leaving unfinished files claimed for the next start, or, if the options say so,
/// when the inbox is empty.
package struct SpoolSource: ScoringSource {
  typealias Instant = SuspendingClock.Instant

  let context: SpoolContext
  private(set) var options: SpoolOptions
  /// The engine for the last chunk.
  package private(set) var engine: ScoringEngine?
  /// The engine for the jobs of an earlier run.
  private let firstEngine: ScoringEngine?
  private let stop: WakeUp
  private var inbox: Inbox
  /// The jobs claimed by an earlier run, the oldest last.
  private var recovered: [Job]
  private var current: JobInput?
  /// Unfinished files that others have overtaken, the next to continue first.
  private var overtaken: [JobInput] = []
  /// When the turn of the current file, or of new files, ends.
  private var endOfTurn = Instant.now
  /// Whether it is the turn of the jobs of an earlier run.
  private var isTurnOfRecovered = false
  /// Whether a file has been read in this turn, which every turn allows once, however short it is.
  private var hasReadInTurn = false
  /// The length of a turn: a new file waits that long for a longer one.
  var turn = Duration.milliseconds(250)
  private var hasEnded = false
  private var isLeaving = false
  /// After a temporary failure: when to retry.
  private var heldUntil: Instant?

  private static let pauseAfterFailure = Duration.seconds(1)
  /// Limits the files per chunk, as files without lines never fill it.
  private static let mostSegments = 256
  /// The maximum number of unfinished files, of one owner and of all.
  private static let mostUnfinished = (ofOwner: 4, ofAll: 64)

  init(_ context: SpoolContext, recovered: [Job], lastJob: String?, stop: WakeUp) {
    inbox = Inbox(
      context.directories, options: context.options.now, after: lastJob, quarantine: context.quarantine,
      state: context.state, log: context.log)
    self.context = context
    options = context.options.now
    firstEngine = context.engines?.now
    self.recovered = recovered.reversed()
    self.stop = stop
  }

  package mutating func fill(
    _ chunk: inout Chunk, upTo limit: ChunkLimit, patience: Duration
  ) throws -> SourceState {
    let deadline = Instant.now.advanced(by: patience)
    defer { showProgress() }
    options = context.options.now
    inbox.options = options
    engine = current?.engine
    while !hasEnded, !limit.isReached(by: chunk), chunk.segments.count < Self.mostSegments {
      guard !isStopped(after: .zero) else {
        leave()
        break
      }
      chooseTurn(at: .now)
      guard chooseEngine(for: chunk) else { break }
      if try advance(&chunk, upTo: limit) {
        if Instant.now < deadline { continue } else { break }
      }
      if options.endsWhenEmpty, current == nil, overtaken.isEmpty, heldUntil == nil, recovered.isEmpty,
        !context.orders.isAnyReady, inbox.isDrained
      {
        hasEnded = true
        break
      }
      let now = Instant.now
      guard chunk.isEmpty, now < deadline else { break }
      _ = isStopped(after: min(now.duration(to: deadline), idleTime(at: now)))
    }
    return isLeaving ? .abandoned : hasEnded ? .ended : .open
  }

  /// Selects the current engine for the next file; returns false if `chunk` has lines for another engine.
  ///
  /// Jobs of an earlier run use the engine that this run started with, which recovery found to match.
  private mutating func chooseEngine(for chunk: borrowing Chunk) -> Bool {
    let engine =
      if let current { current.engine } else {
        isTurnOfRecovered && recovered.last?.checkpoint != nil ? firstEngine : context.engines?.now
      }
    guard chunk.isEmpty || self.engine === engine else { return false }
    self.engine = engine
    return true
  }

  /// Ends the turn of the current file when it is over, and begins that of unfinished ones when it is due: those of an
  /// earlier run first, then the overtaken.
  private mutating func chooseTurn(at now: Instant) {
    if let job = current {
      guard now >= endOfTurn, hasReadInTurn else { return }
      overtaken.append(job)
      current = nil
      beginTurn(ofRecovered: false, at: now)
    } else if isTurnOfRecovered, recovered.isEmpty || (now >= endOfTurn && hasReadInTurn) {
      beginTurn(ofRecovered: false, at: now)
    }
    if now >= endOfTurn, !recovered.isEmpty { return beginTurn(ofRecovered: true, at: now) }
    guard !isTurnOfRecovered else { return }
    let isOver = now >= endOfTurn || overtaken.count >= Self.mostUnfinished.ofAll
    guard let next = overtaken.firstIndex(where: { isDue($0, at: now) && (isOver || $0.lastLook != nil) })
    else { return }
    resume(next, at: now)
  }

  private mutating func beginTurn(ofRecovered isOfRecovered: Bool, at now: Instant) {
    (isTurnOfRecovered, hasReadInTurn, endOfTurn) = (isOfRecovered, false, now.advanced(by: turn))
  }

  private func isDue(_ job: JobInput, at now: Instant) -> Bool {
    job.lastLook.map { now >= $0.since.advanced(by: timeBetweenLooks) } ?? true
  }

  private mutating func resume(_ index: Int, at now: Instant) {
    let job = overtaken.remove(at: index)
    // A look at a file that is still changing takes no turn.
    if job.lastLook == nil { endOfTurn = now.advanced(by: turn) }
    (current, hasReadInTurn) = (job, false)
  }

  /// Continues the current file or opens the next one; returns false if there is nothing to do now.
  private mutating func advance(_ chunk: inout Chunk, upTo limit: ChunkLimit) throws -> Bool {
    guard var job = current else {
      if try takeNext(endingIn: &chunk) { return true }
      // There are no new files to wait for.
      let now = Instant.now
      if heldUntil == nil, !context.heldTasks.isHolding, !recovered.isEmpty {
        beginTurn(ofRecovered: true, at: now)
        return true
      }
      guard let next = overtaken.firstIndex(where: { isDue($0, at: now) }) else { return false }
      resume(next, at: now)
      return true
    }
    (current, hasReadInTurn) = (nil, true)
    // While files are read nothing else takes events from the kernel, which keeps a limited number.
    try? inbox.attend(at: .now)
    switch try read(&job, into: &chunk, upTo: limit) {
    case .finished: try? job.descriptor.close()
    case .waiting: overtaken.append(job)
    case .goingOn: current = job
    }
    return true
  }

  /// The owners who have as many unfinished files as they may.
  private var busyOwners: Set<UInt32> {
    let numbers = Dictionary(overtaken.map { ($0.start.owner, 1) }, uniquingKeysWith: +)
    return Set(numbers.filter { $0.value >= Self.mostUnfinished.ofOwner }.keys)
  }

  /// Opens the next file: one left by an earlier run, one that was held, or one from the inbox.
  ///
  /// Claims nothing while any task is held, and retries a second after a temporary failure.
  private mutating func takeNext(endingIn chunk: inout Chunk) throws -> Bool {
    let isHeld = if let heldUntil { Instant.now < heldUntil } else { context.heldTasks.isHolding }
    guard !isHeld else {
      // News that nobody takes would end each wait at once, and the kernel keeps a limited number.
      try? inbox.listen(at: .now)
      return false
    }
    do throws(SystemCallError) {
      var next = isTurnOfRecovered ? recovered.popLast() : nil
      next = next ?? context.orders.takeReady()
      if next == nil {
        next = try inbox.claim(at: .now, except: busyOwners)
        if let next { context.measurements.noteArrival(of: next.id, at: inbox.lastArrival) }
      }
      guard let job = next else {
        endHold()
        return false
      }
      do throws(SystemCallError) {
        (current, hasReadInTurn) = (try open(job, endingIn: &chunk), false)
        if overtaken.isEmpty, !isTurnOfRecovered { endOfTurn = Instant.now.advanced(by: turn) }
      } catch {
        // It is the first to be tried again.
        recovered.append(job)
        beginTurn(ofRecovered: true, at: .now.advanced(by: Self.pauseAfterFailure))
        throw error
      }
      endHold()
      return true
    } catch {
      // Another file system may have been mounted over the inbox, from which files cannot be renamed.
      guard HeldTasks.passes(error) || error.reason == .improperLink else { throw error }
      context.heldTasks.hold(Self.claiming, error)
      heldUntil = Instant.now.advanced(by: Self.pauseAfterFailure)
      return false
    }
  }

  private mutating func endHold() {
    guard heldUntil != nil else { return }
    heldUntil = nil
    context.heldTasks.release(Self.claiming)
  }

  /// The time between checks of the end of a file.
  var timeBetweenLooks: Duration { inbox.pace.timeBetweenLooks }

  private static let claiming = "claiming files"

  /// Waits up to `time` for `stop` or for news of the inbox; returns whether to stop.
  private func isStopped(after time: Duration) -> Bool {
    let milliseconds = (time / .milliseconds(1)).rounded(.up)
    return Readiness.wait(
      for: stop.descriptor, or: current == nil && time > .zero ? inbox.descriptor : nil,
      milliseconds: Int32(max(0, min(milliseconds, 60_000)))
    ).first
  }

  private func idleTime(at now: Instant) -> Duration {
    if heldUntil != nil || context.heldTasks.isHolding { return .milliseconds(100) }
    let looks = overtaken.compactMap(\.lastLook).map { $0.since.advanced(by: timeBetweenLooks) }
    return min(inbox.idleTime(at: now), max(.zero, looks.min().map(now.duration) ?? .seconds(60)))
  }

  /// Stops in the middle: the next start resumes claimed files.
  private mutating func leave() {
    (hasEnded, isLeaving) = (true, true)
    for job in (current.map { [$0] } ?? []) + overtaken {
      context.log.tell(SpoolEvent.stoppedInFile, ["file": "\(job.job.name)", "job": "\(job.job.id)"])
      try? job.descriptor.close()
    }
    (current, overtaken) = (nil, [])
  }

  private func showProgress() {
    var queue = IntakeQueue(
      queued: inbox.files, leftAlone: inbox.leftAlone,
      current: (current ?? overtaken.first).map { job in
        (job.job.name, IntakeQueue.percent(job.descriptor.position, of: job.start.size))
      })
    if inbox.files > 0 { (queue.bytes, queue.oldest) = (inbox.bytes, inbox.oldest) }
    context.queue.now = queue
  }
}
