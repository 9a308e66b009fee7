internal import SystemCalls

/// The result of a scan of the inbox, in bounded memory.
struct InboxListing {
  /// A file with its status.
  struct Candidate: Comparable {
    let name: FileName
    let status: FileStatus

    /// Where it stands among others.
    var place: Place { Place(modified: status.modified, name: name) }

    static func < (first: Candidate, second: Candidate) -> Bool { first.place < second.place }
  }

  /// The order of files: the oldest first, by mtime and then by name.
  struct Place: Comparable {
    let modified: FileStatus.Stamp
    let name: FileName

    static func < (first: Place, second: Place) -> Bool {
      (first.modified, first.name) < (second.modified, second.name)
    }
  }

  /// The oldest files of each owner, in order.
  private(set) var oldest: [Candidate] = []
  /// Those for which there is no room.
  private(set) var surplus: SurplusFiles
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

  /// The surplus of the listing before.
  private let known: SurplusFiles
  /// Files whose status is known.
  private let ready: [FileName: Candidate]
  /// Which of the known surplus files are looked at nevertheless, as a name and its inode may change hands.
  private let again: Share
  private let capacity: Int

  /// A share of the known surplus files, another one in each scan.
  struct Share {
    /// The number of the scan.
    let scan: UInt64
    /// In how many scans each file belongs to it once.
    let scans: UInt64

    /// Whether the file with this hash belongs to it.
    func contains(_ hash: UInt64) -> Bool { hash % scans == scan % scans }
  }

  /// The maximum number of such names to keep, and to log.
  static let namesOfLeftAlone = 1024

  /// An empty listing that keeps `capacity` files: as many of each owner, the oldest, so that nobody's files hide those
  /// of others.
  ///
  /// - Parameters:
  ///   - known: the surplus of an earlier listing, whose files are only counted.
  ///   - again: those of them that are looked at.
  ///   - ready: files that are checked before they are claimed, and need not be now.
  init(
    keeping capacity: Int, counting known: SurplusFiles = SurplusFiles(),
    lookingAt again: Share = Share(scan: 0, scans: 1), trusting ready: [FileName: Candidate] = [:]
  ) {
    (self.capacity, self.known, self.again, self.ready) = (capacity, known, again, ready)
    surplus = SurplusFiles(after: known)
  }

  /// Lists all of `inbox`.
  init(of inbox: Directory, keeping capacity: Int) throws(SystemCallError) {
    self.init(keeping: capacity)
    var entries = try inbox.entries()
    while let entry = try entries.next() { try add(entry, of: inbox) }
    finish()
  }

  /// Whether nothing was known: the status of every file was asked for, and what is surplus was found anew.
  var isThorough: Bool { known.owners.isEmpty }

  /// What an entry was found to be.
  enum Addition {
    /// A file that was known, or something that is never claimed; its status was not asked for.
    case byName
    /// Something that is never claimed, or gone already, by its status.
    case nothing
    /// A file, by its status.
    case file(Candidate)
  }

  /// Adds an entry of `inbox`.
  @discardableResult
  mutating func add(_ entry: DirectoryEntries.Entry, of inbox: Directory) throws(SystemCallError) -> Addition
  {
    guard !InboxRules.ignores(entry.name) else { return .byName }
    if let type = entry.type, type != .regular {
      leaveAlone(entry.name)
      return .byName
    }
    if let candidate = ready[entry.name], candidate.status.inode == entry.inode {
      add(candidate)
      return .byName
    }
    let hash = known.hash(ofKnown: entry.name, inode: entry.inode)
    if let hash, !again.contains(hash) {
      files += 1
      bytes = Int.clampedSum(bytes, known.meanSize)
      surplus.keep(hash, of: known)
      return .byName
    }
    guard let status = try inbox.status(of: entry.name) else { return .nothing }
    guard status.type == .regular else {
      leaveAlone(entry.name)
      return .nothing
    }
    let candidate = Candidate(name: entry.name, status: status)
    add(candidate)
    return .file(candidate)
  }

  /// Puts the files in order, once all have been added.
  mutating func finish() {
    keepOldest()
    oldest.sort()
    if let first = surplus.firstArrival { firstArrival = min(firstArrival ?? first, first) }
  }

  /// Collects up to twice the capacity before dropping the younger half: O(log n) per file.
  private mutating func add(_ candidate: Candidate) {
    files += 1
    bytes = Int.clampedSum(bytes, candidate.status.size)
    firstArrival = min(firstArrival ?? candidate.status.changed, candidate.status.changed)
    guard !surplus.includes(candidate) else { return surplus.insert(candidate) }
    oldest.append(candidate)
    if oldest.count >= 2 * capacity { keepOldest() }
  }

  /// Drops the files with the most older ones of the same owner.
  ///
  /// The number of older ones only grows while the scan goes on, so that none is dropped that belongs to the result.
  private mutating func keepOldest() {
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
    for (_, dropped) in sorted.dropFirst(capacity) { surplus.insert(dropped) }
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
