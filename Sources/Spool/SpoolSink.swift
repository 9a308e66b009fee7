internal import Daemon
internal import Ledger
package import Scoring
internal import Statistics
internal import SystemCalls
internal import SystemPackage
internal import Tweets

/// Writes labelled tweets into the spool: parts in `work/`, checkpoints of long inputs, and complete files in `out/`
/// soon after an input has ended.
///
/// Jobs that end close together are committed together: they share the fsyncs and the transaction.
package struct SpoolSink: ScoreSink, Sendable {
  private let context: SpoolContext
  private let stop: WakeUp
  private var committer: Committer
  /// The input that is being written.
  private var current: JobOutput?
  /// Why the current input is refused although it is readable.
  private var hopeless: HopelessInput.Refusal?
  private var finished: [JobOutput] = []
  private var firstFinished: SuspendingClock.Instant?
  /// Set if the daemon stops while a task is held: the next start resumes from the ledger.
  private var isInterrupted = false

  /// The maximum number of jobs per commit, and the maximum time that the first one waits for others. Each job may
  /// have two open parts.
  private static let groupSize = 256
  private static let groupTime = Duration.milliseconds(100)

  init(_ context: SpoolContext, stop: WakeUp) {
    (self.context, self.stop) = (context, stop)
    committer = Committer(context, stop: stop)
  }

  package mutating func accept(_ chunk: borrowing ScoredChunk) throws {
    guard !isInterrupted else { return }
    do {
      for index in chunk.segments.indices {
        let segment = chunk.segments[index]
        try append(segment, of: chunk)
        if segment.isLast { try finish(segment.input) }
        if finished.count >= Self.groupSize { try commit() }
      }
      try doWhatIsDue()
    } catch is HeldTasks.Interrupted {
      isInterrupted = true
    }
  }

  package mutating func pause() throws {
    guard !isInterrupted else { return }
    do {
      try doWhatIsDue()
      if finished.isEmpty, committer.hasNews { try committer.settle() }
    } catch is HeldTasks.Interrupted {
      isInterrupted = true
    }
  }

  /// Commits finished jobs, and checkpoints the others.
  package mutating func finish() throws {
    do {
      guard !isInterrupted else { throw HeldTasks.Interrupted() }
      try commit()
      if var output = current, output.hasAdvanced {
        try committer.checkpoint(&output)
        current = output
      }
      current?.close()
      try committer.settle()
    } catch is HeldTasks.Interrupted {
      context.log.tell(SpoolEvent.stoppedWhileHolding)
    }
  }

  private mutating func doWhatIsDue() throws {
    let now = SuspendingClock.now
    if let firstFinished, firstFinished.duration(to: now) >= Self.groupTime { try commit() }
    guard var output = current, output.isDue(at: now) else { return }
    try committer.checkpoint(&output)
    current = output
  }

  private mutating func commit() throws {
    try committer.commit(&finished)
    firstFinished = nil
  }
}

// From chunks to parts.
extension SpoolSink {
  private mutating func append(_ segment: ScoredChunk.Segment, of chunk: borrowing ScoredChunk) throws {
    if current?.input != segment.input { hopeless = nil }
    var output = try output(of: segment.input)
    defer { current = output }
    guard hopeless == nil else { return }
    let before = output.checkpoint.counts
    hopeless = HopelessInput.refusal(
      afterTweets: before.tweets, rejected: before.rejectedTotal, segment)
    guard hopeless == nil else { return context.jobs.giveUp(segment.input) }
    if !segment.labels.isEmpty {
      try retry("writing labels") { () throws(SystemCallError) in
        try output.append(labels: chunk.labels.span.extracting(segment.labels))
      }
    }
    if !segment.rejects.isEmpty {
      try retry("writing rejected lines") { () throws(SystemCallError) in
        try output.append(rejects: chunk.rejects.span.extracting(segment.rejects))
      }
    }
    let buckets = context.statistics.observe(segment.counts)
    if segment.end != InputPosition() { output.advance(to: segment.end, segment.counts, buckets) }
  }

  /// The output of `input`, continued from its job's checkpoint.
  private mutating func output(of input: Int) throws -> JobOutput {
    if let current, current.input == input { return current }
    guard let job = context.jobs.job(of: input), let start = job.checkpoint else {
      preconditionFailure("a segment of an input without a job")
    }
    return JobOutput(of: input, job, start, in: context.directories.work)
  }

  private mutating func finish(_ input: Int) throws {
    guard var output = current, var outcome = context.jobs.takeOutcome(of: input) else {
      preconditionFailure("an input's end without its outcome")
    }
    current = nil
    if let hopeless, outcome == .complete {
      outcome = .refused(reason: "all_bad", detail: hopeless.detail(context.phrasing))
    }
    switch outcome {
    case .again: return try committer.restart(&output)
    case .complete: try retry("writing labels") { () throws(SystemCallError) in try output.complete() }
    case .refused(let reason, let detail):
      let refusal = RefusalNote(job: output.job, reason: reason, detail: detail)
      try retry("writing the reason of a refusal") { () throws(SystemCallError) in
        try refusal.write(into: context.directories.work)
      }
    }
    output.outcome = outcome
    finished.append(output)
    if firstFinished == nil { firstFinished = .now }
  }

  private func retry(_ task: String, _ body: () throws(SystemCallError) -> Void) throws {
    try context.heldTasks.retry(task, until: stop, body)
  }
}
