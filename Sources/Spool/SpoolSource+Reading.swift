internal import Daemon
internal import Ledger
internal import Logging
internal import Scoring
internal import SystemCalls
internal import SystemPackage
internal import Tweets

// Reading one claimed file, to its confirmed end.
extension SpoolSource {
  /// The result of a reading step.
  enum Step {
    /// There is more to do.
    case goingOn
    /// The file is still changing: look again later.
    case waiting
    /// The file's last segment is in the chunk.
    case finished
  }

  /// Opens the claimed file of `job`, for labelling with `engine`; if it cannot be opened it is refused, and ends in
  /// `chunk`.
  ///
  /// - Throws: `SystemCallError` if the process lacks a resource; nothing has happened then.
  func open(_ job: Job, endingIn chunk: inout Chunk) throws(SystemCallError) -> JobInput? {
    let descriptor: FileDescriptor
    do {
      descriptor = try context.directories.work.open(job.claimedName)
    } catch {
      guard !HeldTasks.passes(error) else { throw error }
      let input = begin(job, try context.directories.work.status(of: job.claimedName), engine)
      refuse(input, "unreadable", error.description, in: &chunk)
      return nil
    }
    let status = try descriptor.status(job.name.description)
    let input = begin(job, status, engine)
    guard status.type == .regular else {
      try? descriptor.close()
      refuse(input, "not_a_file", "\(job.name) is not a regular file", in: &chunk)
      return nil
    }
    return JobInput(
      job: job, input: input,
      reader: reader(of: job, descriptor, input, engine, from: job.checkpoint),
      descriptor: descriptor, engine: engine, start: status)
  }

  /// Announces a job to the sink: either resumed, or new with a file of `status`.
  private func begin(_ job: Job, _ status: FileStatus?, _ engine: ScoringEngine?) -> Int {
    let provenance = engine.map(Provenance.init(of:)) ?? context.provenance
    var job = job
    job.checkpoint = job.checkpoint ?? provenance.start(of: status)
    return context.jobs.begin(job)
  }

  /// Adds the next lines of `job` to `chunk`.
  func read(_ job: inout JobInput, into chunk: inout Chunk, upTo limit: ChunkLimit) throws(SystemCallError)
    -> Step
  {
    if context.jobs.isGivenUp(job.input) { return finish(job.input, .complete, in: &chunk) }
    if let outcome = context.orders.outcome(of: job.job.id) ?? excess(of: job) {
      return finish(job.input, outcome, in: &chunk)
    }
    if let look = job.lastLook { return try lookAgain(at: &job, look, in: &chunk) }
    do {
      guard try job.reader.read(into: &chunk, upTo: limit) == .ended else { return .goingOn }
    } catch {
      return refuse(job.input, error.keyword, error.description(context.phrasing), in: &chunk)
    }
    return try end(&job, in: &chunk)
  }

  /// The end of a job that exceeds a limit; nil if it does not, or has been released.
  private func excess(of job: JobInput) -> Job.Outcome? {
    let (stored, expanded) = job.reader.extent
    guard let excess = options.limits.excess(of: job.start.size, stored: stored, expanded: expanded),
      !context.orders.isReleased(job.job.id)
    else { return nil }
    return .held(excess.order(for: job.job))
  }

  /// The reader is at the end of the file, which is final only if the file has not been modified since.
  private func end(_ job: inout JobInput, in chunk: inout Chunk) throws(SystemCallError) -> Step {
    let status = try job.descriptor.status(job.job.name.description)
    if !JobInput.differ(status, job.start), job.descriptor.isOpenForWriting != true {
      return finish(job.input, .complete, in: &chunk)
    }
    chunk.segments[chunk.segments.count - 1].isLast = false
    let now = Instant.now
    job.lastLook = JobInput.LastLook(
      status: status, since: now, deadline: now.advanced(by: options.patience))
    return .waiting
  }

  /// Checks whether a file that was still being written has settled.
  private func lookAgain(
    at job: inout JobInput, _ look: JobInput.LastLook, in chunk: inout Chunk
  ) throws(SystemCallError) -> Step {
    let now = Instant.now
    guard now >= look.since.advanced(by: timeBetweenLooks) else { return .waiting }
    let status = try job.descriptor.status(job.job.name.description)
    if JobInput.differ(status, look.status) || job.descriptor.isOpenForWriting == true {
      guard now < look.deadline else { return refuseUnsettled(job, in: &chunk) }
      job.lastLook?.status = status
      job.lastLook?.since = now
      return .waiting
    }
    guard JobInput.differ(status, job.start) else { return finish(job.input, .complete, in: &chunk) }
    return restart(&job, at: status, in: &chunk)
  }

  /// Restarts `job` from its beginning; the sink discards its output.
  private func restart(_ job: inout JobInput, at status: FileStatus, in chunk: inout Chunk) -> Step {
    guard job.attempts < JobInput.mostAttempts, (try? job.descriptor.seek(offset: 0, from: .start)) != nil
    else {
      return refuseUnsettled(job, in: &chunk)
    }
    context.log.tell(
      SpoolEvent.fileChanged,
      [
        "file": "\(job.job.name)", "job": "\(job.job.id)", "bytes_before": "\(job.start.size)",
        "bytes_now": "\(status.size)",
      ])
    _ = finish(job.input, .again, in: &chunk)
    job.job.checkpoint = nil
    job.input = begin(job.job, status, job.engine)
    job.reader = reader(of: job.job, job.descriptor, job.input, job.engine)
    job.start = status
    job.lastLook = nil
    job.attempts += 1
    return .goingOn
  }

  private func refuseUnsettled(_ job: JobInput, in chunk: inout Chunk) -> Step {
    refuse(
      job.input, "still_written",
      "\(job.job.name) was still being written after it was claimed; write to inbox/.\(job.job.name).tmp, then rename",
      in: &chunk)
  }

  @discardableResult
  private func refuse(_ input: Int, _ reason: String, _ detail: String, in chunk: inout Chunk) -> Step {
    finish(input, .refused(reason: reason, detail: detail), in: &chunk)
  }

  /// Marks the end of `input` in `chunk`, adding an empty segment if needed.
  private func finish(_ input: Int, _ outcome: Job.Outcome, in chunk: inout Chunk) -> Step {
    context.jobs.end(input, outcome)
    if chunk.segments.last?.input == input {
      chunk.segments[chunk.segments.count - 1].isLast = true
    } else {
      chunk.segments.append(
        Chunk.Segment(endOf: input, after: chunk.lines.count))
    }
    return .finished
  }

  private func reader(
    of job: Job, _ descriptor: FileDescriptor, _ input: Int, _ engine: ScoringEngine?,
    from checkpoint: Checkpoint? = nil
  ) -> RecordReader {
    let name = job.name.description
    return RecordReader(
      descriptor, name: name, input: input,
      options: engine?.reading ?? options.reading,
      origin: Origin(source: name, job: job.id),
      from: checkpoint?.position)
  }
}

/// A job while its file is being read, as the source sees it.
struct JobInput {
  typealias Instant = SuspendingClock.Instant

  /// A file that has been read to its end, until the end is confirmed.
  struct LastLook {
    /// Its status at that time.
    var status: FileStatus
    /// Since when it has had this status.
    var since: Instant
    /// When waiting for it to settle ends.
    let deadline: Instant
  }

  var job: Job
  /// Its number in chunks; a new one each time that it is restarted.
  var input: Int
  var reader: RecordReader
  let descriptor: FileDescriptor
  /// The engine for the whole file; nil for the pipeline's own.
  let engine: ScoringEngine?
  /// Its status when reading began.
  var start: FileStatus
  /// Set from the end of the file until the end is confirmed.
  var lastLook: LastLook?
  /// The number of restarts.
  var attempts = 1

  /// The maximum number of restarts.
  static let mostAttempts = 4

  /// Whether the content may have changed between two statuses; renames and links change ctime only.
  static func differ(_ first: FileStatus, _ second: FileStatus) -> Bool {
    first.size != second.size || first.modified != second.modified
  }
}
