internal import Daemon
package import JSON
internal import Ledger
internal import SystemCalls
internal import SystemPackage

/// The files of a spool that are not finished: those in the inbox, and claimed ones.
package struct SpoolQueue: Sendable {
  /// A file.
  package struct Entry: Sendable {
    /// How far it has come.
    package enum State: String, Sendable {
      /// In the inbox.
      case waiting
      /// Claimed.
      case running
      /// Claimed, and not labelled until it is released or cancelled.
      case held
      /// Claimed, and about to be refused.
      case cancelled
      /// Labelled, and about to be published.
      case publishing
    }

    /// The job's identity; nil in the inbox.
    package let job: String?
    package let name: String
    package let state: State
    /// The user who owns it.
    package let owner: UInt32
    /// In bytes, as it is stored.
    package let size: Int
    /// The last line that is done by the last checkpoint.
    package let line: Int
    /// The place behind it, in decompressed bytes.
    package let offset: Int
    /// The same as a percentage; nil if that is unknown, as for compressed files, and for held ones.
    package let percent: Int?
    /// When it was claimed, or modified if it has not been: as in RFC 3339.
    package let since: String
    /// Why it is held, in a word and in a sentence.
    package let hold: (reason: String, detail: String)?
  }

  /// Claimed files, then those in the inbox, each the oldest first.
  package let entries: [Entry]
  /// The number of further files in the inbox.
  package let more: Int

  /// The maximum number of files in the inbox that are listed.
  static let longest = 1000

  /// The queue of the spool with these jobs.
  ///
  /// - Parameters:
  ///   - work: its folder of claimed inputs.
  ///   - inbox: the files in its inbox.
  ///   - user: who sees only his own files; nil to see all.
  init(
    _ work: Directory, _ ledger: Ledger?, _ inbox: InboxCensus, of user: UInt32? = nil
  ) throws {
    let waiting = inbox.listing.oldest.filter { user == nil || $0.status.owner == user }.prefix(Self.longest)
    entries = try Self.claimed(in: work, ledger, of: user) + waiting.map(Entry.init)
    more = (user.map { inbox.files[$0, default: 0] } ?? inbox.listing.files) - waiting.count
  }

  /// The claimed files, the oldest first.
  static func claimed(in work: Directory, _ ledger: Ledger?, of user: UInt32? = nil) throws -> [Entry] {
    var entries: [Entry] = []
    let orders = Dictionary(try ledger?.orders().map { ($0.job, $0) } ?? []) { $1 }
    let records = try (ledger?.jobs(in: .claimed) ?? []) + (ledger?.jobs(in: .committed) ?? [])
    let known = Dictionary(records.map { ($0.id, $0) }) { $1 }
    for job in try WorkListing(of: work).inputs.values.sorted(by: { $0.id < $1.id }) {
      guard let status = try work.status(of: job.claimedName), user == nil || status.owner == user else {
        continue
      }
      entries.append(Entry(job, status, known[job.id], orders[job.id]))
    }
    return entries
  }
}

/// The files in an inbox, and how many of them each user has.
struct InboxCensus {
  /// The oldest files.
  let listing: InboxListing
  /// The numbers of all files, by their owners.
  let files: [UInt32: Int]

  /// Counts all files of `inbox`.
  ///
  /// - Parameter capacity: the number of files that are listed.
  init(of inbox: Directory, keeping capacity: Int = 4 * SpoolQueue.longest) throws(SystemCallError) {
    var listing = InboxListing(keeping: capacity)
    var files: [UInt32: Int] = [:]
    var entries = try inbox.entries()
    while let entry = try entries.next() {
      guard case .file(let candidate) = try listing.add(entry, of: inbox) else { continue }
      files[candidate.status.owner, default: 0] += 1
    }
    listing.finish()
    (self.listing, self.files) = (listing, files)
  }
}

extension SpoolQueue.Entry {
  fileprivate init(_ job: Job, _ status: FileStatus, _ record: JobRecord?, _ order: JobOrder?) {
    (self.job, name, owner, size, since) = (
      job.id, job.name.description, status.owner, status.size, job.claimed
    )
    switch (record?.state, order?.kind) {
    case (.committed, _): state = .publishing
    case (_, .held): state = .held
    case (_, .cancelled): state = .cancelled
    default: state = .running
    }
    (line, offset) = (record?.checkpoint.line ?? 0, record?.checkpoint.offset ?? 0)
    let isCompressed = job.name != job.name.uncompressed
    percent = state == .held || isCompressed ? nil : IntakeQueue.percent(offset, of: status.size)
    hold = state == .held ? order.map { ($0.reason, $0.detail) } : nil
  }

  fileprivate init(_ waiting: InboxListing.Candidate) {
    let modified = waiting.status.modified
    let (microseconds, isTooLarge) = modified.seconds.multipliedReportingOverflow(by: 1_000_000)
    (job, name, state, percent, hold) = (nil, waiting.name.description, .waiting, nil, nil)
    (line, offset) = (0, 0)
    (owner, size) = (waiting.status.owner, waiting.status.size)
    since =
      isTooLarge || modified.seconds < 0 || modified.seconds > 253_402_300_799
      ? "" : UTCTime(microseconds: microseconds + modified.nanoseconds / 1000).rfc3339
  }
}

// As JSON: over the control socket and HTTP, of `animo queue --json` and `animo status --json`.
extension SpoolQueue {
  package var members: [(String, JSONValue)] {
    [("jobs", .array(entries.map(\.json))), ("more", .integer(more))]
  }

  init?(_ members: [String: JSONValue]) {
    guard let jobs = members["jobs"]?.array, let more = members["more"]?.integer else { return nil }
    self.more = more
    entries = jobs.compactMap(Entry.init)
  }
}

extension SpoolQueue.Entry {
  package var json: JSONValue {
    .object([
      ("job", job.map { .string($0) } ?? .null), ("state", .string(state.rawValue)),
      ("owner", .integer(Int(owner))), ("name", .string(name)), ("size", .integer(size)),
      ("percent", percent.map { .integer($0) } ?? .null), ("line", .integer(line)),
      ("offset", .integer(offset)), ("since", .string(since)),
      ("reason", hold.map { .string($0.reason) } ?? .null),
      ("detail", hold.map { .string($0.detail) } ?? .null),
    ])
  }

  fileprivate init?(_ json: JSONValue) {
    guard let members = json.members, let name = members["name"]?.string,
      let state = members["state"]?.string.flatMap(State.init(rawValue:)),
      let owner = members["owner"]?.integer.flatMap({ UInt32(exactly: $0) }),
      let size = members["size"]?.integer
    else { return nil }
    (job, self.name, self.state) = (members["job"]?.string, name, state)
    (self.owner, self.size, percent) = (owner, size, members["percent"]?.integer)
    (line, offset) = (members["line"]?.integer ?? 0, members["offset"]?.integer ?? 0)
    since = members["since"]?.string ?? ""
    if let reason = members["reason"]?.string, let detail = members["detail"]?.string {
      hold = (reason, detail)
    } else {
      hold = nil
    }
  }
}
