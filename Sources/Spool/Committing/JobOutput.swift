internal import Ledger
internal import Scoring
internal import Statistics
internal import SystemCalls
internal import SystemPackage
internal import Tweets

/// A job while its answers are being written: `work/JOB.labels`, `work/JOB.rejects` and their counts.
///
/// Written to until its input has ended, then waiting for the commit.
struct JobOutput: Sendable {
  /// The input's number in chunks.
  let input: Int
  let job: Job
  /// Its labelled lines.
  private(set) var labels: PartFile
  /// Its bad lines.
  private(set) var rejects: PartFile
  /// The counts that the windows include and the ledger does not.
  private(set) var observed: [Int: Counts] = [:]
  /// What was said of tweets by event time that the ledger does not know.
  private(set) var events = EventCounts()
  /// Their words, that the ledger does not know.
  private(set) var words = EventWords()
  /// Tweets of minutes after this one, in seconds since 1970, are from the future.
  private let present: Int
  /// Whether the ledger has a checkpoint for it.
  private(set) var isInLedger: Bool
  /// Why the input is refused although it is readable; nil as long as it is not.
  var hopeless: HopelessInput.Refusal?
  /// The limit that its output would exceed; nil as long as there is none.
  var excess: SpoolLimits.Excess?
  /// The outcome, once its input has ended and its parts are complete.
  var outcome: Job.Outcome?

  private let work: Directory
  private var state: Checkpoint
  private var last: (position: InputPosition, time: SuspendingClock.Instant)

  /// The maximum distance between checkpoints: in lines, bytes of the input, and time.
  private static let interval = (lines: 5000, bytes: 4 << 20, time: Duration.seconds(1))

  /// The output of `job` from its checkpoint on; files are created on the first write.
  ///
  /// - Parameter start: the job's checkpoint, or its beginning.
  init(of input: Int, _ job: Job, _ start: Checkpoint, in work: Directory) {
    self.input = input
    self.work = work
    (self.job, state) = (job, start)
    labels = PartFile(job.partName(.labels), in: work, length: state.labelsLength)
    rejects = PartFile(job.partName(.rejects), in: work, length: state.rejectsLength)
    isInLedger = state.position != InputPosition()
    // The claim's time, so that a job that is repeated says the same.
    present =
      (UTCTime(compact: job.id)?.microseconds ?? UTCTime.now.microseconds) / 1_000_000
      + EventTime.tolerance
    last = (state.position, .now)
  }

  /// The current position.
  var checkpoint: Checkpoint {
    var checkpoint = state
    (checkpoint.labelsLength, checkpoint.rejectsLength) = (labels.length, rejects.length)
    return checkpoint
  }

  /// The user who dropped its input.
  var owner: Int? { state.input.owner }

  /// The length of all parts, in bytes.
  var length: Int { labels.length + rejects.length }

  /// Whether a checkpoint is due.
  func isDue(at now: SuspendingClock.Instant) -> Bool {
    guard hasAdvanced else { return false }
    return state.line - last.position.line >= Self.interval.lines
      || state.offset - last.position.offset >= Self.interval.bytes
      || last.time.duration(to: now) >= Self.interval.time
  }

  /// Whether anything has been written since the last checkpoint.
  var hasAdvanced: Bool { state.position != last.position }

  /// Whether the name of a part may not be on disk yet.
  var hasNewNames: Bool { labels.isNew || rejects.isNew || !isInLedger }

  /// Appends labelled lines.
  mutating func append(labels bytes: Span<UInt8>) throws(SystemCallError) { try labels.append(bytes) }

  /// Appends bad lines.
  mutating func append(rejects bytes: Span<UInt8>) throws(SystemCallError) { try rejects.append(bytes) }

  /// Advances to the end of `segment`, and adds the counts of its lines and their buckets in the windows.
  mutating func advance(past segment: ScoredChunk.Segment, _ buckets: [Int: Counts]) {
    state.position = segment.end
    state.counts += segment.counts
    var found = segment.events
    found.takeOut(after: present)
    events += found
    words.add(segment.words, of: segment.counts.labels, until: present)
    observed += buckets
  }

  /// The order to hold it, if that is how it has ended.
  var hold: JobOrder? { if case .held(let order)? = outcome { order } else { nil } }

  /// Whether it has ended and will be discarded.
  var isRefused: Bool { if case .refused? = outcome { true } else { false } }

  /// The record of a finished job; its final names are chosen later.
  func record(committedAt time: UTCTime) -> JobRecord {
    var record = JobRecord(id: job.id, name: job.name, claimed: job.claimed, checkpoint: checkpoint)
    record.state = .committed
    record.times.committed = time.rfc3339
    if case .refused(let reason, _)? = outcome {
      // A refused file has no counts.
      record.refusal = reason
      (record.checkpoint.labelsLength, record.checkpoint.rejectsLength) = (0, 0)
      record.checkpoint.counts = Counts()
      record.checkpoint.counts.refusedFiles = 1
    } else {
      record.checkpoint.counts.files = 1
    }
    return record
  }

  /// Ensures that the output exists, even if it is empty.
  mutating func complete() throws(SystemCallError) { try labels.create() }

  /// Syncs the content of the parts.
  mutating func synchronize() throws(SystemCallError) {
    try labels.synchronize()
    try rejects.synchronize()
  }

  /// Notes that the ledger is up to date.
  mutating func markRecorded(at now: SuspendingClock.Instant) {
    labels.markKnown()
    rejects.markKnown()
    isInLedger = true
    (observed, events, words) = ([:], EventCounts(), EventWords())
    last = (state.position, now)
  }

  /// Closes the parts.
  mutating func close() {
    labels.close()
    rejects.close()
  }

  /// Removes the parts.
  mutating func discard() throws(SystemCallError) {
    close()
    try Self.remove(job, from: work)
  }

  /// Removes any parts of `job`.
  static func remove(_ job: Job, from work: Directory) throws(SystemCallError) {
    for part in Job.Part.allCases {
      do {
        try work.removeAtLeisure(job.partName(part))
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
