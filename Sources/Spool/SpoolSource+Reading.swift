internal import Ledger
internal import Logging
internal import Streaming
internal import SystemCalls
internal import SystemPackage

// Reading one claimed file, to what is surely its end.
extension SpoolSource {
  /// How a piece of reading ended.
  enum Step {
    /// There is more to do.
    case goingOn
    /// The file is not at rest: look again later.
    case waiting
    /// The file's last segment is in the chunk.
    case finished
  }

  /// Opens the claimed file of `claimed`, to be labelled as `chunk` is; one that cannot be opened is refused, and ends in `chunk`.
  ///
  /// - Throws: `SystemCallError` when the process itself is in trouble; then nothing has happened.
  func open(_ claimed: ClaimedJob, endingIn chunk: inout Chunk) throws(SystemCallError) -> OpenJob? {
    let job = claimed.job
    let descriptor: FileDescriptor
    do {
      descriptor = try equipment.directories.work.open(job.claimedName)
    } catch {
      guard !Troubles.passes(error) else { throw error }
      let input = begin(claimed, try equipment.directories.work.status(of: job.claimedName), chunk.engine)
      refuse(input, "unreadable", error.description, in: &chunk)
      return nil
    }
    let status = try descriptor.status(job.name.description)
    let input = begin(claimed, status, chunk.engine)
    guard status.kind == .regular else {
      try? descriptor.close()
      refuse(input, "not_a_file", "\(job.name) is not a regular file", in: &chunk)
      return nil
    }
    return OpenJob(
      job: job, input: input,
      reader: reader(of: job, descriptor, input, chunk.engine, from: claimed.checkpoint),
      descriptor: descriptor, engine: chunk.engine, start: status)
  }

  /// Tells the sink of a job: where it goes on, or that it begins with a file that looks like `status`.
  private func begin(_ claimed: ClaimedJob, _ status: FileStatus?, _ engine: ScoringEngine?) -> Int {
    let provenance = engine.map(Provenance.init(of:)) ?? equipment.provenance
    return equipment.board.begin(
      ClaimedJob(claimed.job, from: claimed.checkpoint ?? provenance.start(of: status)))
  }

  /// Adds the next lines of `job` to `chunk`.
  func read(_ job: inout OpenJob, into chunk: inout Chunk, upTo limit: ChunkLimit) throws(SystemCallError)
    -> Step
  {
    if equipment.board.isGivenUp(job.input) { return finish(job.input, .complete, in: &chunk) }
    if let look = job.lastLook { return try lookAgain(at: &job, look, in: &chunk) }
    do {
      guard try job.reader.read(into: &chunk, upTo: limit) == .ended else { return .goingOn }
    } catch {
      return refuse(job.input, error.isRefusal ? "refused" : "unreadable", error.description, in: &chunk)
    }
    return try end(&job, in: &chunk)
  }

  /// The reader has come to the end of the file: it ends here only if nobody has changed it meanwhile.
  private func end(_ job: inout OpenJob, in chunk: inout Chunk) throws(SystemCallError) -> Step {
    let status = try job.descriptor.status(job.job.name.description)
    if !OpenJob.differ(status, job.start), job.descriptor.isOpenForWriting != true {
      return finish(job.input, .complete, in: &chunk)
    }
    chunk.segments[chunk.segments.count - 1].isLast = false
    let now = Instant.now
    job.lastLook = OpenJob.LastLook(
      status: status, since: now, deadline: now.advanced(by: options.patience))
    return .waiting
  }

  /// Looks whether a file that was still being written when we came to its end is at rest.
  private func lookAgain(
    at job: inout OpenJob, _ look: OpenJob.LastLook, in chunk: inout Chunk
  ) throws(SystemCallError) -> Step {
    let now = Instant.now
    guard now >= look.since.advanced(by: timeBetweenLooks) else { return .waiting }
    let status = try job.descriptor.status(job.job.name.description)
    if OpenJob.differ(status, look.status) || job.descriptor.isOpenForWriting == true {
      guard now < look.deadline else { return refuseUnsettled(job, in: &chunk) }
      job.lastLook?.status = status
      job.lastLook?.since = now
      return .waiting
    }
    guard OpenJob.differ(status, job.start) else { return finish(job.input, .complete, in: &chunk) }
    return restart(&job, at: status, in: &chunk)
  }

  /// Forgets what was read of `job` and begins again; what was written of it is thrown away by the sink.
  private func restart(_ job: inout OpenJob, at status: FileStatus, in chunk: inout Chunk) -> Step {
    guard job.attempts < OpenJob.mostAttempts, (try? job.descriptor.seek(offset: 0, from: .start)) != nil
    else {
      return refuseUnsettled(job, in: &chunk)
    }
    equipment.log.notice(
      "the file changed while it was read; beginning again",
      metadata: [
        "file": "\(job.job.name)", "job": "\(job.job.id)", "bytes_before": "\(job.start.size)",
        "bytes_now": "\(status.size)",
      ])
    _ = finish(job.input, .again, in: &chunk)
    job.input = begin(ClaimedJob(job.job), status, job.engine)
    job.reader = reader(of: job.job, job.descriptor, job.input, job.engine)
    job.start = status
    job.lastLook = nil
    job.attempts += 1
    return .goingOn
  }

  private func refuseUnsettled(_ job: OpenJob, in chunk: inout Chunk) -> Step {
    refuse(
      job.input, "still_written",
      "\(job.job.name) was still being written after it was taken; write inbox/.\(job.job.name).tmp and rename it",
      in: &chunk)
  }

  @discardableResult
  private func refuse(_ input: Int, _ reason: String, _ detail: String, in chunk: inout Chunk) -> Step {
    finish(input, .refused(reason: reason, detail: detail), in: &chunk)
  }

  /// Marks the end of `input` in `chunk`, with a segment of its own where it has none.
  private func finish(_ input: Int, _ outcome: JobBoard.Outcome, in chunk: inout Chunk) -> Step {
    equipment.board.end(input, outcome)
    if chunk.segments.last?.input == input {
      chunk.segments[chunk.segments.count - 1].isLast = true
    } else {
      chunk.segments.append(
        Chunk.Segment(endOf: input, labels: equipment.statistics.labels.count, after: chunk.lines.count))
    }
    return .finished
  }

  private func reader(
    of job: Job, _ descriptor: FileDescriptor, _ input: Int, _ engine: ScoringEngine?,
    from checkpoint: Checkpoint? = nil
  ) -> RecordReader {
    let name = job.name.description
    return RecordReader(
      descriptor, name: name, input: input, labels: equipment.statistics.labels.count,
      options: engine?.reading ?? options.reading,
      origin: Origin(source: name, job: job.id),
      from: checkpoint.map { InputPosition(offset: $0.offset, line: $0.line) })
  }
}
