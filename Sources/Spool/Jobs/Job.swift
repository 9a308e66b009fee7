package import Ledger
package import SystemCalls

/// One file that was taken from the inbox, and how far an earlier run has come with it.
///
/// Its identity is the claim, never the file's name or inode: both are used again by others. While it is worked on, the
/// source has it as a `JobInput` and the sink as a `JobOutput`; what is known of it for good is a `JobRecord`.
package struct Job: Equatable, Sendable {
  /// How a job ends.
  enum Outcome: Sendable, Equatable {
    /// All of it was read.
    case complete
    /// It cannot be labelled; why, in a word and in a sentence.
    case refused(reason: String, detail: String)
    /// It changed while it was read: another input of the same job follows.
    case again
  }

  /// When it was claimed, to the microsecond, unique: `20261004-101112-345678`. Sorts by time.
  package let id: String
  /// The file's name in the inbox, cut in the middle when it was so long that nothing could be added.
  package let name: FileName
  /// What is done of it; nil to begin at the beginning.
  package var checkpoint: Checkpoint?

  /// The job that the ledger calls `id`; for the file `name`.
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

  /// The job and the part that `name` in `work/` is of, or nil for other names.
  static func part(_ name: FileName) -> (id: String, part: Part)? {
    guard beginsWithID(name) else { return nil }
    let kind = String(decoding: name.bytes.dropFirst(idLength + 1), as: UTF8.self)
    return Part(rawValue: kind).map { (id(in: name), $0) }
  }

  /// The identity that `name` begins with.
  ///
  /// - Precondition: it does begin with one.
  static func id(in name: FileName) -> String {
    String(decoding: name.bytes.prefix(idLength), as: UTF8.self)
  }

  /// What parts in `work/` hold.
  enum Part: String, CaseIterable {
    case labels, rejects, why
  }

  /// Whether `name` begins as all names in `work/` and `done/` do: with a job's identity and a dot.
  static func beginsWithID(_ name: FileName) -> Bool {
    name.bytes.count > idLength && name.bytes[idLength] == UInt8(ascii: ".")
      && name.bytes.prefix(idLength).enumerated().allSatisfy { index, byte in
        index == 8 || index == 15
          ? byte == UInt8(ascii: "-") : (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      }
  }

  private static let idLength = 22
  /// So that a job's identity before it, or a number and `.rejects.jsonl` behind it, still makes a name.
  private static let longestName = FileName.maximumLength - 32
}

extension JobRecord {
  /// The job that it tells of.
  var job: Job { Job(id: id, name: name, checkpoint: checkpoint) }
}

extension Checkpoint {
  /// What each of the parts that lines are written to holds, in bytes.
  var parts: [(part: Job.Part, length: Int)] { [(.labels, labelsLength), (.rejects, rejectsLength)] }
}

/// Gives jobs their identities: the present in microseconds, or a little later so that none comes twice.
struct JobNumbers {
  private var last: UTCTime

  /// - Parameter last: the latest identity that was ever given, so that a clock that was set back does no harm.
  init(after last: String? = nil) {
    self.last = last.flatMap(UTCTime.init(compact:)) ?? UTCTime(microseconds: 0)
  }

  mutating func next(at now: UTCTime = .now) -> String {
    last = max(now, UTCTime(microseconds: last.microseconds + 1))
    return last.compact
  }
}

/// What lies in `work/`.
struct WorkListing {
  /// A part of an output.
  struct Part {
    /// The identity of the job that it is of.
    let id: String
    let name: FileName
  }

  /// Claimed inputs, by their jobs' identities.
  private(set) var inputs: [String: Job] = [:]
  private(set) var parts: [Part] = []
  /// What is not of this program's making.
  private(set) var strangers: [FileName] = []

  init(of work: Directory) throws(SystemCallError) {
    var entries = try work.entries()
    while let entry = try entries.next() {
      if let job = Job(claimed: entry.name) {
        inputs[job.id] = job
      } else if let (id, _) = Job.part(entry.name) {
        parts.append(Part(id: id, name: entry.name))
      } else {
        strangers.append(entry.name)
      }
    }
  }
}
