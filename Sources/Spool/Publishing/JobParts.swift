internal import Streaming
internal import SystemCalls
internal import SystemPackage

/// What has been written of one input so far: `work/JOB.labels` and `work/JOB.rejects`.
struct JobParts: Sendable {
  let input: Int
  let job: Job
  private(set) var tally: Tally
  private(set) var hasRejects = false

  private let work: Directory
  private var labels: FileDescriptor?
  private var rejects: FileDescriptor?

  /// Nothing yet; parts are made when there is something to write.
  init(of input: Int, _ job: Job, in work: Directory, labels: Int) {
    self.input = input
    self.job = job
    self.work = work
    tally = Tally(labels: labels)
  }

  /// Appends what `chunk` has of this input in `segment`.
  mutating func append(_ segment: Chunk.Segment, of chunk: borrowing Chunk) throws(SystemCallError) {
    tally += segment.tally
    if !segment.labels.isEmpty {
      try append(chunk.labels.span.extracting(segment.labels), to: .labels, &labels)
    }
    if !segment.rejects.isEmpty {
      hasRejects = true
      try append(chunk.rejects.span.extracting(segment.rejects), to: .rejects, &rejects)
    }
  }

  /// Makes the parts survive a power cut, and closes them; the labels have a part even when there are none.
  mutating func seal() throws(SystemCallError) {
    if labels == nil { labels = try create(.labels) }
    try seal(&labels, .labels)
    try seal(&rejects, .rejects)
  }

  /// Throws the parts away.
  mutating func discard() throws(SystemCallError) {
    try discard(&labels, .labels)
    try discard(&rejects, .rejects)
  }

  /// Puts `text` on disk as the part that says why the whole file was refused.
  func writeWhy(_ text: String) throws(SystemCallError) {
    var descriptor: FileDescriptor? = try create(.why)
    let bytes = Array(text.utf8)
    try descriptor?.write(all: bytes.span, to: subject(.why))
    try seal(&descriptor, .why)
  }

  private func append(
    _ bytes: Span<UInt8>, to part: Job.Part, _ descriptor: inout FileDescriptor?
  ) throws(SystemCallError) {
    let open = if let descriptor { descriptor } else { try create(part) }
    descriptor = open
    try open.write(all: bytes, to: subject(part))
  }

  private func create(_ part: Job.Part) throws(SystemCallError) -> FileDescriptor {
    // Readable for the group: the part becomes the output by a rename alone.
    try work.create(job.partName(part), mode: [.ownerReadWrite, .groupRead])
  }

  private func seal(_ descriptor: inout FileDescriptor?, _ part: Job.Part) throws(SystemCallError) {
    guard let open = descriptor else { return }
    descriptor = nil
    defer { try? open.close() }
    try open.synchronize(subject(part))
  }

  private func discard(_ descriptor: inout FileDescriptor?, _ part: Job.Part) throws(SystemCallError) {
    guard let open = descriptor else { return }
    descriptor = nil
    try? open.close()
    try work.remove(job.partName(part))
  }

  private func subject(_ part: Job.Part) -> String { "\(work.path)/\(job.partName(part))" }
}
