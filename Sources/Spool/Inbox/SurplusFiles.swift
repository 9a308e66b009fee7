internal import SystemCalls

/// Files in the inbox for which there is no room in memory: the youngest of owners who have dropped very many.
///
/// They are known by a hash each, so that the next scan can count them without an fstatat(2), which takes several
/// times as long as to read their names.
struct SurplusFiles {
  typealias Candidate = InboxListing.Candidate

  /// For each owner of such files, the oldest of them that is known: it and all that are younger belong to them.
  private var firsts: [UInt32: Candidate] = [:]
  /// Of the name and inode of each. Where two are equal, or a name and its inode have changed hands, a file is found
  /// once its supposed owner has no others.
  private var hashes: Set<Int> = []
  /// Their number.
  private(set) var count = 0
  private var bytes = 0
  /// The first of their ctimes.
  private(set) var firstArrival: FileStatus.Stamp?

  /// The maximum number that is known by hashes, 16 MiB; of others each scan asks for the status.
  static let mostHashes = 1 << 20

  /// None, of nobody.
  init() {}

  /// None yet, of the owners of `known`.
  init(after known: SurplusFiles) { firsts = known.firsts }

  /// The owners of whose files not all are kept.
  var owners: Dictionary<UInt32, Candidate>.Keys { firsts.keys }

  /// Their mean size, in bytes.
  var meanSize: Int { count > 0 ? bytes / count : 0 }

  /// Whether this file is one of them, as was known by its hash.
  func contains(_ name: FileName, inode: UInt64) -> Bool {
    !hashes.isEmpty && hashes.contains(Self.hash(of: name, inode))
  }

  /// Whether `candidate` belongs to them: all that is younger than one of the same owner does.
  func includes(_ candidate: Candidate) -> Bool {
    firsts[candidate.status.owner].map { candidate >= $0 } ?? false
  }

  /// Adds `candidate`, and with it all younger files of its owner.
  mutating func insert(_ candidate: Candidate) {
    let first = firsts[candidate.status.owner] ?? candidate
    firsts[candidate.status.owner] = min(first, candidate)
    insert(
      candidate.name, inode: candidate.status.inode, size: candidate.status.size,
      arrival: candidate.status.changed)
  }

  /// Adds a file of `known`, whose size and time are no longer known but for their mean and minimum.
  mutating func keep(_ name: FileName, inode: UInt64, of known: SurplusFiles) {
    insert(name, inode: inode, size: known.meanSize, arrival: known.firstArrival)
  }

  private mutating func insert(_ name: FileName, inode: UInt64, size: Int, arrival: FileStatus.Stamp?) {
    (count, bytes) = (count + 1, FileStatus.sum(bytes, size))
    if let arrival { firstArrival = min(firstArrival ?? arrival, arrival) }
    if hashes.count < Self.mostHashes { hashes.insert(Self.hash(of: name, inode)) }
  }

  private static func hash(of name: FileName, _ inode: UInt64) -> Int {
    var hasher = Hasher()
    hasher.combine(name)
    hasher.combine(inode)
    return hasher.finalize()
  }
}
