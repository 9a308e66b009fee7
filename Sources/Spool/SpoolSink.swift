internal import Ledger
internal import Logging
internal import Statistics
package import Streaming
internal import SystemCalls
internal import SystemPackage

/// Writes labelled tweets into the spool: parts in `work/`, checkpoints of long inputs, and whole files in `out/` soon
/// after an input has ended.
///
/// Jobs that end close together are committed together: they share the fsyncs and the transaction.
package struct SpoolSink: ScoreSink, Sendable {
  private let equipment: SpoolEquipment
  private let stop: WakeUp
  private var committer: Committer
  /// The input that is being written; inputs follow one another.
  private var current: JobParts?
  /// Why the current input is refused, though it can be read.
  private var hopeless: String?
  private var finished: [FinishedJob] = []
  private var firstFinished: SuspendingClock.Instant?
  /// The end came while trouble lasted: the next start goes on from what the ledger knows.
  private var isInterrupted = false

  /// So many jobs are committed together at most, and so long the first of them waits for others. Each job may have
  /// two open parts.
  private static let groupSize = 256
  private static let groupTime = Duration.milliseconds(100)

  init(_ equipment: SpoolEquipment, stop: WakeUp) {
    (self.equipment, self.stop) = (equipment, stop)
    committer = Committer(equipment, stop: stop)
  }

  package mutating func accept(_ chunk: borrowing Chunk) throws {
    guard !isInterrupted else { return }
    do {
      for index in chunk.segments.indices {
        let segment = chunk.segments[index]
        try append(segment, of: chunk)
        if segment.isLast { try finish(segment.input) }
        if finished.count >= Self.groupSize { try commit() }
      }
      try doWhatIsDue()
    } catch is Troubles.Interrupted {
      isInterrupted = true
    }
  }

  package mutating func pause() throws {
    guard !isInterrupted else { return }
    do {
      try doWhatIsDue()
      if finished.isEmpty, committer.hasNews { try committer.settle() }
    } catch is Troubles.Interrupted {
      isInterrupted = true
    }
  }

  /// Commits what has ended, and checkpoints what has not.
  package mutating func finish() throws {
    do {
      guard !isInterrupted else { throw Troubles.Interrupted() }
      try commit()
      if var parts = current, parts.hasAdvanced {
        try committer.checkpoint(&parts)
        current = parts
      }
      current?.close()
      try committer.settle()
    } catch is Troubles.Interrupted {
      equipment.log.warning("stopped while holding; the next start goes on from the last checkpoint")
    }
  }

  private mutating func doWhatIsDue() throws {
    let now = SuspendingClock.now
    if let firstFinished, firstFinished.duration(to: now) >= Self.groupTime { try commit() }
    guard var parts = current, parts.isDue(at: now) else { return }
    try committer.checkpoint(&parts)
    current = parts
  }

  private mutating func commit() throws {
    try committer.commit(&finished)
    firstFinished = nil
  }
}

// From chunks to parts.
extension SpoolSink {
  private mutating func append(_ segment: Chunk.Segment, of chunk: borrowing Chunk) throws {
    if current?.input != segment.input { hopeless = nil }
    var parts = try parts(of: segment.input)
    defer { current = parts }
    guard hopeless == nil else { return }
    let before = parts.checkpoint.counts
    hopeless = HopelessInput.refusal(
      afterLabelled: before.sum(of: CountKind.labelled), rejected: before.sum(of: CountKind.rejected), segment
    )
    guard hopeless == nil else { return equipment.board.giveUp(segment.input) }
    if !segment.labels.isEmpty {
      try hold("writing labels") { () throws(SystemCallError) in
        try parts.append(labels: chunk.labels.span.extracting(segment.labels))
      }
    }
    if !segment.rejects.isEmpty {
      try hold("writing rejected lines") { () throws(SystemCallError) in
        try parts.append(rejects: chunk.rejects.span.extracting(segment.rejects))
      }
    }
    let counts = NamedCounts(segment.tally, labels: equipment.statistics.labels)
    let buckets = equipment.statistics.observe(counts)
    if segment.end.line > 0 { parts.advance(to: segment.end, counts, buckets) }
  }

  /// The parts of `input`, begun where its job was.
  private mutating func parts(of input: Int) throws -> JobParts {
    if let current, current.input == input { return current }
    guard let job = equipment.board.job(of: input), let start = job.checkpoint else {
      preconditionFailure("a segment of an input that no job was begun for")
    }
    return JobParts(of: input, job, start, in: equipment.directories.work)
  }

  private mutating func finish(_ input: Int) throws {
    guard var parts = current, var outcome = equipment.board.takeOutcome(of: input) else {
      preconditionFailure("an input's end without its outcome")
    }
    current = nil
    if let hopeless, outcome == .complete { outcome = .refused(reason: "all_bad", detail: hopeless) }
    switch outcome {
    case .again: return try committer.restart(&parts)
    case .complete: try hold("writing labels") { () throws(SystemCallError) in try parts.complete() }
    case .refused(let reason, let detail):
      let refusal = Refusal(job: parts.job, reason: reason, detail: detail)
      try hold("writing why a file was refused") { () throws(SystemCallError) in
        try refusal.write(into: equipment.directories.work)
      }
    }
    finished.append(FinishedJob(parts: parts, outcome: outcome))
    if firstFinished == nil { firstFinished = .now }
  }

  private func hold(_ task: String, _ body: () throws(SystemCallError) -> Void) throws {
    try equipment.troubles.hold(task, until: stop, body)
  }
}
