internal import Logging
internal import Statistics
package import Streaming
internal import SystemCalls

/// Writes labelled tweets into the spool: parts in `work/`, and whole files in `out/` as soon as an input has ended.
///
/// The jobs that end in one chunk are published together: they share the fsyncs of the folders.
package struct SpoolSink: ScoreSink, Sendable {
  /// A job whose input has ended and whose parts are complete.
  private struct Finished {
    var parts: JobParts
    let outcome: JobBoard.Outcome
  }

  private let directories: SpoolDirectories
  private let publisher: Publisher
  private let board: JobBoard
  private let statistics: StatisticsKeeper
  private let labels: Int
  private let log: Logger
  /// The input that is being written; inputs follow one another.
  private var current: JobParts?
  /// Why the current input is refused, though it can be read.
  private var hopeless: String?
  private var finished: [Finished] = []

  /// Each of these may have two open parts: well below the 1,024 descriptors that a process may have by default.
  private static let mostFinished = 256

  init(
    _ directories: SpoolDirectories, outputEnding: String, board: JobBoard, statistics: StatisticsKeeper,
    labels: Int, log: Logger
  ) {
    self.directories = directories
    publisher = Publisher(directories: directories, outputEnding: outputEnding)
    self.board = board
    self.statistics = statistics
    self.labels = labels
    self.log = log
  }

  package mutating func accept(_ chunk: borrowing Chunk) throws {
    for index in chunk.segments.indices {
      let segment = chunk.segments[index]
      try append(segment, of: chunk)
      if segment.isLast { try finish(segment.input) }
      if finished.count >= Self.mostFinished { try commit() }
    }
    try commit()
  }

  private mutating func append(_ segment: Chunk.Segment, of chunk: borrowing Chunk) throws(SystemCallError) {
    if current?.input != segment.input {
      guard let job = board.job(of: segment.input) else {
        preconditionFailure("a segment of an input that no job was begun for")
      }
      current = JobParts(of: segment.input, job, in: directories.work, labels: labels)
      hopeless = nil
    }
    guard hopeless == nil, let before = current?.tally else { return }
    hopeless = HopelessInput.refusal(
      afterLabelled: before.labelledTotal, rejected: before.rejectedTotal, segment)
    guard hopeless == nil else { return board.giveUp(segment.input) }
    try current?.append(segment, of: chunk)
    statistics.observe(segment.tally)
  }

  private mutating func finish(_ input: Int) throws(SystemCallError) {
    guard var parts = current, var outcome = board.takeOutcome(of: input) else {
      preconditionFailure("an input's end without its outcome")
    }
    current = nil
    if let hopeless, outcome == .complete { outcome = .refused(reason: "all_bad", detail: hopeless) }
    switch outcome {
    case .complete: finished.append(Finished(parts: parts, outcome: outcome))
    case .again: try parts.discard()
    case .refused(let reason, let detail):
      try parts.discard()
      try parts.writeWhy(Refusal(job: parts.job, reason: reason, detail: detail).text)
      finished.append(Finished(parts: parts, outcome: outcome))
    }
  }

  /// Publishes all finished jobs.
  private mutating func commit() throws(SystemCallError) {
    guard !finished.isEmpty else { return }
    for index in finished.indices where finished[index].outcome == .complete {
      try finished[index].parts.seal()
    }
    var reserved: Set<FileName> = []
    var publications: [Publication] = []
    for job in finished {
      publications.append(
        try publisher.plan(
          job.parts.job, job.outcome, job.parts.tally, hasRejects: job.parts.hasRejects, reserving: &reserved)
      )
    }
    finished.removeAll(keepingCapacity: true)
    // The commit point: a ledger records the publications here, before the first file appears.
    try publisher.publish(publications)
    for publication in publications { tell(of: publication) }
  }

  private func tell(of publication: Publication) {
    let (job, tally) = (publication.job, publication.tally)
    switch publication.content {
    case .labelled(let output, let rejects):
      statistics.settle(tally)
      var facts: Logger.Metadata = [
        "file": "\(job.name)", "job": "\(job.id)", "output": "\(output)",
        "labelled": "\(tally.labelledTotal)",
        "rejected": "\(tally.rejectedTotal)", "blank": "\(tally.blank)",
      ]
      if let rejects { facts["rejects"] = "\(rejects)" }
      log.info("published", metadata: facts)
    case .refused(let input, _, let reason, let detail):
      statistics.settleRefusal()
      log.warning(
        "refused",
        metadata: [
          "file": "\(job.name)", "job": "\(job.id)", "kept_as": "\(input)", "reason": "\(reason)",
          "detail": "\(detail)",
        ])
    }
  }
}
