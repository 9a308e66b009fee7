internal import Ledger
internal import Statistics
internal import SystemCalls
internal import SystemPackage
internal import Tweets

/// A job while its answers are written: `work/JOB.labels` and `work/JOB.rejects`, and what that amounts to.
///
/// It is written to until its input has ended, and then waits to be committed.
struct JobOutput: Sendable {
  /// The input's number in chunks.
  let input: Int
  let job: Job
  /// Its labelled lines.
  private(set) var labels: PartFile
  /// Its bad lines.
  private(set) var rejects: PartFile
  /// What the windows have counted of it that the ledger does not know.
  private(set) var observed: [Int: Counts] = [:]
  /// Whether the ledger has a checkpoint of it.
  private(set) var isInLedger: Bool
  /// What became of it, once its input has ended and its parts are complete.
  var outcome: Job.Outcome?

  private let work: Directory
  private var state: Checkpoint
  private var last: (position: InputPosition, time: SuspendingClock.Instant)

  /// So far apart are checkpoints at most: in lines, bytes of the input, and time.
  private static let interval = (lines: 5000, bytes: 4 << 20, time: Duration.seconds(1))

  /// The parts of `job` as its checkpoint says; files are made when there is something to write.
  ///
  /// - Parameter start: the job's checkpoint, be it its beginning.
  init(of input: Int, _ job: Job, _ start: Checkpoint, in work: Directory) {
    self.input = input
    self.work = work
    (self.job, state) = (job, start)
    labels = PartFile(job.partName(.labels), in: work, length: state.labelsLength)
    rejects = PartFile(job.partName(.rejects), in: work, length: state.rejectsLength)
    isInLedger = state.position != InputPosition()
    last = (state.position, .now)
  }

  /// How far it is done.
  var checkpoint: Checkpoint {
    var checkpoint = state
    (checkpoint.labelsLength, checkpoint.rejectsLength) = (labels.length, rejects.length)
    return checkpoint
  }

  /// Whether more has been done since the last checkpoint than should be lost.
  func isDue(at now: SuspendingClock.Instant) -> Bool {
    guard hasAdvanced else { return false }
    return state.line - last.position.line >= Self.interval.lines
      || state.offset - last.position.offset >= Self.interval.bytes
      || last.time.duration(to: now) >= Self.interval.time
  }

  /// Whether anything has been done since the last checkpoint.
  var hasAdvanced: Bool { state.position != last.position }

  /// Whether a part's name may not have reached the disk.
  var hasNewNames: Bool { labels.isNew || rejects.isNew || !isInLedger }

  /// Appends labelled lines.
  mutating func append(labels bytes: Span<UInt8>) throws(SystemCallError) { try labels.append(bytes) }

  /// Appends bad lines.
  mutating func append(rejects bytes: Span<UInt8>) throws(SystemCallError) { try rejects.append(bytes) }

  /// Says what lines up to `position` have come to, and in which buckets the windows count them.
  mutating func advance(to position: InputPosition, _ counts: Counts, _ buckets: [Int: Counts]) {
    state.position = position
    state.counts += counts
    observed += buckets
  }

  /// Whether it has ended and nothing of it counts.
  var isRefused: Bool { if case .refused? = outcome { true } else { false } }

  /// What the ledger is to know of it once it has ended; its final names are chosen later.
  func record(committedAt time: UTCTime) -> JobRecord {
    var record = JobRecord(id: job.id, name: job.name, claimed: job.claimed, checkpoint: checkpoint)
    record.state = .committed
    record.times.committed = time.rfc3339
    if case .refused(let reason, _)? = outcome {
      // Nothing of a refused file counts.
      record.refusal = reason
      (record.checkpoint.labelsLength, record.checkpoint.rejectsLength) = (0, 0)
      record.checkpoint.counts = Counts()
      record.checkpoint.counts.refusedFiles = 1
    } else {
      record.checkpoint.counts.files = 1
    }
    return record
  }

  /// Makes sure that there is a file of labels: an output may be empty, but it is there.
  mutating func complete() throws(SystemCallError) { try labels.create() }

  /// Makes what the parts hold survive a power cut.
  mutating func synchronize() throws(SystemCallError) {
    try labels.synchronize()
    try rejects.synchronize()
  }

  /// Says that the ledger has it as it is now.
  mutating func markRecorded(at now: SuspendingClock.Instant) {
    labels.markKnown()
    rejects.markKnown()
    isInLedger = true
    observed = [:]
    last = (state.position, now)
  }

  /// Ends writing.
  mutating func close() {
    labels.close()
    rejects.close()
  }

  /// Throws the parts away.
  mutating func discard() throws(SystemCallError) {
    close()
    try Self.remove(job, from: work)
  }

  /// Removes what there is of the parts of `job`.
  static func remove(_ job: Job, from work: Directory) throws(SystemCallError) {
    for part in Job.Part.allCases {
      do {
        try work.remove(job.partName(part))
      } catch {
        guard error.reason == .noSuchFileOrDirectory else { throw error }
      }
    }
  }
}

extension Checkpoint {
  /// How far its input has been read.
  var position: InputPosition {
    get {
      var json = JSONPlace()
      (json.arrays, json.element) = (place.openArrays, place.tweetsOfPage)
      json.isInsideLine = place.isInsideLine
      return InputPosition(offset: offset, line: line, place: json)
    }
    set {
      (offset, line) = (newValue.offset, newValue.line)
      (place.openArrays, place.tweetsOfPage) = (newValue.place.arrays, newValue.place.element)
      place.isInsideLine = newValue.place.isInsideLine
    }
  }
}
