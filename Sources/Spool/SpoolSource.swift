internal import Logging
package import Streaming
internal import SystemCalls
internal import SystemPackage

/// The spool's files as one stream of tweets: claims a file, reads it, claims the next.
///
/// Small files share chunks. Holds one input open at a time. It ends when `stop` rings, leaving the current file
/// claimed for the next start, or, where the options say so, when the inbox is empty.
package struct SpoolSource: TweetSource {
  typealias Instant = SuspendingClock.Instant

  let board: JobBoard
  let work: Directory
  let labels: Int
  private(set) var options: SpoolOptions
  let log: Logger
  private let currentOptions: CurrentOptions
  private let engines: CurrentEngine?
  private let stop: WakeUp
  private var inbox: Inbox
  /// Jobs that an earlier run has claimed, the oldest last.
  private var recovered: [Job]
  private var current: OpenJob?
  private var hasEnded = false
  private var isLeaving = false

  /// Files without lines must not make a chunk that never fills up.
  private static let mostSegments = 256

  init(
    _ directories: SpoolDirectories, board: JobBoard, recovered: [Job], labels: Int, options: CurrentOptions,
    engines: CurrentEngine?, stop: WakeUp, log: Logger
  ) {
    inbox = Inbox(directories, options: options.now, log: log)
    work = directories.work
    self.board = board
    self.recovered = recovered.reversed()
    self.labels = labels
    self.options = options.now
    currentOptions = options
    self.engines = engines
    self.stop = stop
    self.log = log
  }

  package mutating func fill(
    _ chunk: inout Chunk, upTo limit: ChunkLimit, patience: Duration
  ) throws -> SourceState {
    let deadline = Instant.now.advanced(by: patience)
    defer { showProgress() }
    options = currentOptions.now
    inbox.options = options
    chunk.engine = current?.engine
    while !hasEnded, !limit.isReached(by: chunk), chunk.segments.count < Self.mostSegments {
      guard !isStopped(after: .zero) else {
        leave()
        break
      }
      guard chooseEngine(for: &chunk) else { break }
      if try advance(&chunk, upTo: limit) { continue }
      if options.endsWhenEmpty, current == nil, inbox.isDrained {
        hasEnded = true
        break
      }
      let now = Instant.now
      guard chunk.isEmpty, now < deadline else { break }
      _ = isStopped(after: min(now.duration(to: deadline), idleTime(at: now)))
    }
    return isLeaving ? .abandoned : hasEnded ? .ended : .open
  }

  /// Lets the next file begin with the engine of the moment; false when `chunk` holds lines for another one.
  private func chooseEngine(for chunk: inout Chunk) -> Bool {
    guard current == nil, let engine = engines?.now else { return true }
    guard chunk.isEmpty || chunk.engine === engine else { return false }
    chunk.engine = engine
    return true
  }

  /// Goes on with the current file or opens the next one; returns false when there is nothing to do now.
  private mutating func advance(_ chunk: inout Chunk, upTo limit: ChunkLimit) throws -> Bool {
    if var job = current {
      current = nil
      let step = try read(&job, into: &chunk, upTo: limit)
      if step == .finished { try? job.descriptor.close() } else { current = job }
      return step != .waiting
    }
    guard let job = try recovered.popLast() ?? inbox.claim(at: .now) else { return false }
    current = try open(job, endingIn: &chunk)
    return true
  }

  /// Waits for `stop`, or for news of the inbox, for `time` at most; returns whether to stop.
  private func isStopped(after time: Duration) -> Bool {
    let milliseconds = (time / .milliseconds(1)).rounded(.up)
    return Readiness.wait(
      for: stop.descriptor, or: current == nil && time > .zero ? inbox.descriptor : nil,
      milliseconds: Int32(max(0, min(milliseconds, 60_000)))
    ).first
  }

  private func idleTime(at now: Instant) -> Duration {
    guard let look = current?.lastLook else { return inbox.idleTime(at: now) }
    return max(.zero, now.duration(to: look.since.advanced(by: options.settleTime)))
  }

  /// Stops where we are: what is claimed and not finished is read again at the next start.
  private mutating func leave() {
    (hasEnded, isLeaving) = (true, true)
    guard let job = current else { return }
    log.notice(
      "stopped in the middle of a file; the next start labels it from its beginning",
      metadata: ["file": "\(job.job.name)", "job": "\(job.job.id)"])
    try? job.descriptor.close()
    current = nil
  }

  private func showProgress() {
    board.show(queued: inbox.files, leftAlone: inbox.leftAlone)
    board.show(current: current.map { ($0.job.name, $0.descriptor.position, $0.start.size) })
  }
}
