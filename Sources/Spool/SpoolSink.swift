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
  /// Unfinished inputs that others have overtaken, by their numbers.
  private var overtaken: [Int: JobOutput] = [:]
  private var finished: [JobOutput] = []
  private var held: [JobOutput] = []
  private var firstFinished: SuspendingClock.Instant?
  /// Set if the daemon stops while a task is held: the next start resumes from the ledger.
  private var isInterrupted = false

  /// The maximum number of jobs per commit, and the maximum time that the first one waits for others. Each job may
  /// have two open parts.
  private static let groupSize = 256
  private static let groupTime = Duration.milliseconds(100)

  /// - Parameter unpublished: committed jobs of an earlier run that could not be published.
  init(_ context: SpoolContext, unpublished: [JobRecord] = [], stop: WakeUp) {
    (self.context, self.stop) = (context, stop)
    committer = Committer(context, unpublished: unpublished, stop: stop)
  }

  package mutating func accept(_ chunk: borrowing ScoredChunk) throws {
    guard !isInterrupted else { return }
    do {
      for index in chunk.segments.indices {
        let segment = chunk.segments[index]
        try append(segment, of: chunk)
        if segment.isLast { try finish(segment.input) }
        if finished.count + held.count >= Self.groupSize { try commit() }
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
      if firstFinished == nil, committer.hasNews { try committer.settle() }
    } catch is HeldTasks.Interrupted {
      isInterrupted = true
    }
  }

  /// Commits finished jobs, and checkpoints the others.
  package mutating func finish() throws {
    do {
      guard !isInterrupted else { throw HeldTasks.Interrupted() }
      try commit()
      for var output in unfinished {
        if output.hasAdvanced { try committer.checkpoint(&output) }
        output.close()
      }
      (current, overtaken) = (nil, [:])
      try committer.retryUnpublished(isLast: true)
      try committer.settle()
      try committer.writeWindows(isLast: true)
      // A daemon's next start publishes it; who runs once would not know of it.
      if context.options.now.endsWhenEmpty { try committer.requireAllPublished() }
    } catch is HeldTasks.Interrupted {
      context.log.tell(SpoolEvent.stoppedWhileHolding)
    }
  }

  private mutating func doWhatIsDue() throws {
    let now = SuspendingClock.now
    if let firstFinished, firstFinished.duration(to: now) >= Self.groupTime { try commit() }
    for var output in unfinished where output.isDue(at: now) {
      try committer.checkpoint(&output)
      if output.input == current?.input { current = output } else { overtaken[output.input] = output }
    }
    try committer.retryUnpublished()
    try committer.writeWindows()
  }

  private var unfinished: [JobOutput] { (current.map { [$0] } ?? []) + overtaken.values }

  private mutating func commit() throws {
    try committer.hold(&held)
    try committer.commit(&finished)
    firstFinished = nil
  }
}

// From chunks to parts.
extension SpoolSink {
  private mutating func append(_ segment: ScoredChunk.Segment, of chunk: borrowing ScoredChunk) throws {
    var output = try output(of: segment.input)
    defer { current = output }
    guard output.hopeless == nil, output.excess == nil else { return }
    let before = output.checkpoint.counts
    output.hopeless = HopelessInput.refusal(
      afterTweets: before.tweets, rejected: before.rejectedTotal, segment)
    output.excess = excess(of: output, adding: segment.labels.count + segment.rejects.count)
    guard output.hopeless == nil, output.excess == nil else { return context.jobs.giveUp(segment.input) }
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
    if segment.end != InputPosition() { output.advance(past: segment, buckets) }
  }

  /// The limit that `output` would exceed with `bytes` more; nil if there is none, or its job has been released.
  private func excess(of output: JobOutput, adding bytes: Int) -> SpoolLimits.Excess? {
    let excess = context.options.now.limits.excess(ofOutput: output.length + bytes)
    return excess == nil || context.orders.isReleased(output.job.id) ? nil : excess
  }

  /// The output of `input`, as it was left, or continued from its job's checkpoint.
  private mutating func output(of input: Int) throws -> JobOutput {
    if let current, current.input == input { return current }
    if let current { overtaken[current.input] = current }
    if let output = overtaken.removeValue(forKey: input) { return output }
    guard let job = context.jobs.job(of: input), let start = job.checkpoint else {
      preconditionFailure("a segment of an input without a job")
    }
    return JobOutput(of: input, job, start, in: context.directories.work)
  }

  private mutating func finish(_ input: Int) throws {
    guard var output = current, let end = context.jobs.takeOutcome(of: input) else {
      preconditionFailure("an input's end without its outcome")
    }
    current = nil
    // An order that is answered from now on would come too late for the commit.
    context.orders.end(output.job.id)
    let outcome = limited(conclusion(of: output, endedAs: end), of: output)
    switch outcome {
    case .again:
      context.orders.reopen(output.job.id)
      return try committer.restart(&output)
    case .held:
      context.orders.reopen(output.job.id)
      output.outcome = outcome
      // As many as may be waiting have open parts.
      output.close()
      held.append(output)
      if firstFinished == nil { firstFinished = .now }
      return
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

  /// How a job ends whose input has ended as `end`: what has been ordered comes first, as that was answered.
  private func conclusion(of output: JobOutput, endedAs end: Job.Outcome) -> Job.Outcome {
    guard end != .again else { return end }
    if let ordered = context.orders.outcome(of: output.job.id) { return ordered }
    // Read to its end, or given up.
    guard end == .complete else { return end }
    if let excess = output.excess { return .held(excess.order(for: output.job)) }
    if let hopeless = output.hopeless {
      return .refused(reason: "all_bad", detail: hopeless.detail(context.phrasing))
    }
    return end
  }

  /// How a job ends instead that would be held while its owner has as many held files as he may. What a person has
  /// ordered to hold is held.
  private func limited(_ outcome: Job.Outcome, of output: JobOutput) -> Job.Outcome {
    guard case .held(let order) = outcome, context.orders.order(for: output.job.id) == nil else {
      return outcome
    }
    let number = context.orders.numberHeld(of: output.owner) + held.count { $0.owner == output.owner }
    return context.options.now.limits.refusal(insteadOf: order, of: output.owner, held: number) ?? outcome
  }

  private func retry(_ task: String, _ body: () throws(SystemCallError) -> Void) throws {
    try context.heldTasks.retry(task, until: stop, body)
  }
}
