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

  /// The oldest files of each owner, in order.
  private(set) var oldest: [Candidate] = []
  /// The owners who have more files than these.
  private(set) var ownersOfMore: Set<UInt32> = []
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

  /// Scans `inbox` and keeps `capacity` files: as many of each owner, the oldest, so that nobody's files hide those of
  /// others.
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
    oldest.sort()
  }

  /// Collects up to twice the capacity before dropping the younger half: O(log n) per file.
  private mutating func add(_ candidate: Candidate, keeping capacity: Int) {
    files += 1
    bytes += candidate.status.size
    firstArrival = min(firstArrival ?? candidate.status.changed, candidate.status.changed)
    oldest.append(candidate)
    if oldest.count >= 2 * capacity { keepOldest(capacity) }
  }

  /// Drops the files with the most older ones of the same owner.
  ///
  /// The number of older ones only grows while the scan goes on, so that none is dropped that belongs to the result.
  private mutating func keepOldest(_ capacity: Int) {
    guard oldest.count > capacity else { return }
    oldest.sort()
    var numbers: [UInt32: Int] = [:]
    let ranked = oldest.map { candidate in
      let rank = numbers[candidate.status.owner, default: 0]
      numbers[candidate.status.owner] = rank + 1
      return (rank, candidate)
    }
    let sorted = ranked.sorted { $0 < $1 }
    oldest = sorted.prefix(capacity).map(\.1)
    for (_, dropped) in sorted.dropFirst(capacity) { ownersOfMore.insert(dropped.status.owner) }
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
