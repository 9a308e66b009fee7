internal import SystemCalls

/// What one look into the inbox saw, with bounded memory however much lies there.
struct InboxListing {
  /// A file as it was seen.
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
  /// How many files there are.
  private(set) var files = 0
  /// How many things there are that never will be taken: links, FIFOs, devices, directories.
  private(set) var leftAlone = 0
  /// The names of some of these.
  private(set) var leftAloneNames: [FileName] = []

  /// So many of them are remembered, and told by name.
  static let namesOfLeftAlone = 1024

  /// Looks into `inbox` and keeps the `capacity` oldest files.
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

  /// Collects twice as many as are wanted before the younger half is thrown away: sorting costs O(log n) a file.
  private mutating func add(_ candidate: Candidate, keeping capacity: Int) {
    files += 1
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

/// Which names in the inbox are nobody's business yet.
enum InboxRules {
  /// What programs add to the names of files that they are still writing.
  private static let unfinished = ["~", ".tmp", ".part", ".partial", ".filepart", ".crdownload", ".swp"]

  /// Whether the entry `name` is to be ignored.
  static func ignores(_ name: FileName) -> Bool {
    name.bytes.first == UInt8(ascii: ".") || unfinished.contains { name.hasEnding($0) }
  }
}
