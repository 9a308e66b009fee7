internal import SystemCalls

/// The result of a scan of the inbox, in bounded memory.
struct InboxListing {
  /// A file with its status.
  struct Candidate: Comparable {
    let name: FileName
    let status: FileStatus

    /// The oldest first, by mtime and then by name.
    static func < (first: Candidate, second: Candidate) -> Bool {
      (first.status.modified, first.name) < (second.status.modified, second.name)
    }
  }

  /// The oldest files, in order.
  private(set) var oldest: [Candidate] = []
  /// The number of files.
  private(set) var files = 0
  /// Their size.
  private(set) var bytes = 0
  /// The first of their ctimes.
  private(set) var firstArrival: FileStatus.Stamp?
  /// The number of entries that will never be claimed: links, FIFOs, devices, directories.
  private(set) var leftAlone = 0
  /// The names of some of these.
  private(set) var leftAloneNames: [FileName] = []

  /// The maximum number of such names to keep, and to log.
  static let namesOfLeftAlone = 1024

  /// Scans `inbox` and keeps the `capacity` oldest files.
  ///
  /// Costs a readdir and an fstatat for each file.
  init(of inbox: Directory, keeping capacity: Int) throws(SystemCallError) {
    var entries = try inbox.entries()
    while let entry = try entries.next() {
      guard !InboxRules.ignores(entry.name) else { continue }
      if let type = entry.type, type != .regular {
        leaveAlone(entry.name)
      } else if let status = try inbox.status(of: entry.name) {
        guard status.type == .regular else {
          leaveAlone(entry.name)
          continue
        }
        add(Candidate(name: entry.name, status: status), keeping: capacity)
      }
    }
    keepOldest(capacity)
  }

  /// Collects up to twice the capacity before dropping the younger half: O(log n) per file.
  private mutating func add(_ candidate: Candidate, keeping capacity: Int) {
    files += 1
    bytes += candidate.status.size
    firstArrival = min(firstArrival ?? candidate.status.changed, candidate.status.changed)
    oldest.append(candidate)
    if oldest.count >= 2 * capacity { keepOldest(capacity) }
  }

  private mutating func keepOldest(_ capacity: Int) {
    oldest.sort()
    oldest.removeLast(max(0, oldest.count - capacity))
  }

  private mutating func leaveAlone(_ name: FileName) {
    leftAlone += 1
    if leftAloneNames.count < Self.namesOfLeftAlone { leftAloneNames.append(name) }
  }
}

/// Which names in the inbox are ignored.
enum InboxRules {
  /// Endings that programs use for unfinished files.
  private static let unfinished = ["~", ".tmp", ".part", ".partial", ".filepart", ".crdownload", ".swp"]

  /// Whether the entry `name` is to be ignored.
  static func ignores(_ name: FileName) -> Bool {
    name.bytes.first == UInt8(ascii: ".") || unfinished.contains { name.hasEnding($0) }
  }
}
