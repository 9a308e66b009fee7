package import Ledger
package import SystemCalls

/// One file claimed from the inbox, with its checkpoint from an earlier run, if any.
///
/// Its identity is the claim, never the file's name or inode, which are reused. In progress, it is a `JobInput` in
/// the source and a `JobOutput` in the sink; its permanent record is a `JobRecord`.
package struct Job: Equatable, Sendable {
  /// How a job ends.
  enum Outcome: Sendable, Equatable {
    /// It was read completely.
    case complete
    /// It cannot be labelled; the reason as a word and as a sentence.
    case refused(reason: String, detail: String)
    /// It was modified while it was being read: another input of the same job follows.
    case again
    /// It is not labelled further for the time being.
    case held(JobOrder)
  }

  /// When it was claimed, to the microsecond, unique: `20261004-101112-345678`. Sorts by time.
  package let id: String
  /// The file's name in the inbox; shortened in the middle if it was too long for additions.
  package let name: FileName
  /// The checkpoint to resume from; nil to start from the beginning.
  package var checkpoint: Checkpoint?

  /// The job `id` of the ledger, for the file `name`.
  init(id: String, name: FileName, checkpoint: Checkpoint? = nil) {
    self.id = id
    self.name = name.shortened(to: Self.longestName)
    self.checkpoint = checkpoint
  }

  /// The job whose claimed file has the name `claimed` in `work/`, or nil for other names.
  init?(claimed: FileName) {
    let marker = Array(".in.".utf8)
    guard Self.beginsWithID(claimed), claimed.bytes.dropFirst(Self.idLength).starts(with: marker),
      let name = FileName(bytes: Array(claimed.bytes.dropFirst(Self.idLength + marker.count)))
    else { return nil }
    id = Self.id(in: claimed)
    self.name = name
  }

  /// When it was claimed, as in RFC 3339.
  var claimed: String { UTCTime(compact: id)?.rfc3339 ?? id }

  /// The claimed input in `work/`.
  var claimedName: FileName { name.prefixed(by: id + ".in.") }
  /// Its finished input in `done/`.
  var doneName: FileName { name.prefixed(by: id + ".") }
  /// A part of its output in `work/`.
  func partName(_ part: Part) -> FileName { FileName(id + "." + part.rawValue) }

  /// The name in `work/` of something that was claimed as `name` and is no job.
  static func asideName(of name: FileName) -> FileName {
    guard let job = Job(claimed: name) else { return name.prefixed(by: ".aside.") }
    return job.name.prefixed(by: job.id + ".aside.")
  }

  /// The job and the part of the file `name` in `work/`; nil for other names.
  static func part(_ name: FileName) -> (id: String, part: Part)? {
    guard beginsWithID(name) else { return nil }
    let kind = String(decoding: name.bytes.dropFirst(idLength + 1), as: UTF8.self)
    return Part(rawValue: kind).map { (id(in: name), $0) }
  }

  /// The identity at the start of `name`.
  ///
  /// - Precondition: there is one.
  static func id(in name: FileName) -> String {
    String(decoding: name.bytes.prefix(idLength), as: UTF8.self)
  }

  /// What parts in `work/` hold.
  enum Part: String, CaseIterable {
    case labels, rejects, why
  }

  /// Whether `name` begins with a job's identity and a dot, like all names in `work/` and `done/`.
  static func beginsWithID(_ name: FileName) -> Bool {
    name.bytes.count > idLength && name.bytes[idLength] == UInt8(ascii: ".")
      && name.bytes.prefix(idLength).enumerated().allSatisfy { index, byte in
        index == 8 || index == 15
          ? byte == UInt8(ascii: "-") : (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      }
  }

  private static let idLength = 22
  /// Leaves room for a job's identity before it, or a number and `.rejects.jsonl` after it.
  private static let longestName = FileName.maximumLength - 32
}

extension JobRecord {
  /// The job of the record.
  var job: Job { Job(id: id, name: name, checkpoint: checkpoint) }
}

extension Checkpoint {
  /// The length of each part that lines are written to, in bytes.
  var parts: [(part: Job.Part, length: Int)] { [(.labels, labelsLength), (.rejects, rejectsLength)] }
}

/// Assigns identities to jobs: the current time in microseconds, or slightly later to keep them unique.
struct JobNumbers {
  private var last: UTCTime

  /// - Parameter last: the latest identity ever assigned, in case the clock was set back.
  init(after last: String? = nil) {
    self.last = last.flatMap(UTCTime.init(compact:)) ?? UTCTime(microseconds: 0)
  }

  mutating func next(at now: UTCTime = .now) -> String {
    last = max(now, UTCTime(microseconds: last.microseconds + 1))
    return last.compact
  }
}

/// The content of `work/`.
struct WorkListing {
  /// A part of an output.
  struct Part {
    /// The identity of its job.
    let id: String
    let name: FileName
  }

  /// Claimed inputs, by their jobs' identities.
  private(set) var inputs: [String: Job] = [:]
  private(set) var parts: [Part] = []
  /// Entries that this program did not create, or that are not files.
  private(set) var strangers: [FileName] = []

  init(of work: Directory) throws(SystemCallError) {
    var entries = try work.entries()
    while let entry = try entries.next() {
      if let job = Job(claimed: entry.name) {
        let type = if let known = entry.type { known } else { try work.status(of: entry.name)?.type }
        guard type == .regular else {
          strangers.append(entry.name)
          continue
        }
        inputs[job.id] = job
      } else if let (id, _) = Job.part(entry.name) {
        parts.append(Part(id: id, name: entry.name))
      } else {
        strangers.append(entry.name)
      }
    }
  }
}
