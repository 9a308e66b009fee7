internal import SystemCalls

/// Files in the inbox for which there is no room in memory: the youngest of owners who have dropped very many.
///
/// They are known by a hash each, so that the next scan can count them without an fstatat(2), which takes several
/// times as long as to read their names.
struct SurplusFiles {
  typealias Candidate = InboxListing.Candidate

  /// For each owner of such files, where the oldest of them that is known stands: it and all behind it belong to them.
  private(set) var firsts: [UInt32: InboxListing.Place] = [:]
  /// Of the name and inode of each. Where two are equal, or a name and its inode have changed hands, a file is found
  /// when its turn comes to be looked at again.
  private(set) var hashes: Set<UInt64> = []
  /// What hashes begin with: secret, so that nobody can choose a name whose hash is that of another file.
  let seed: UInt64
  /// Their number.
  private(set) var count = 0
  private(set) var bytes = 0
  /// The first of their ctimes.
  private(set) var firstArrival: FileStatus.Stamp?

  /// The maximum number that is known by hashes, 16 MiB; of others each scan asks for the status.
  static let mostHashes = 1 << 20

  /// None, of nobody.
  init() { seed = .random(in: .min ... .max) }

  /// None yet, of the owners of `known`.
  init(after known: SurplusFiles) {
    (firsts, seed) = (known.firsts, known.seed)
    hashes.reserveCapacity(known.hashes.count)
  }

  /// Those of a record.
  init(
    seed: UInt64, hashes: Set<UInt64>, firsts: [UInt32: InboxListing.Place], count: Int, bytes: Int,
    firstArrival: FileStatus.Stamp?
  ) {
    (self.seed, self.hashes, self.firsts) = (seed, hashes, firsts)
    (self.count, self.bytes, self.firstArrival) = (count, bytes, firstArrival)
  }

  /// The owners of whose files not all are kept.
  var owners: Dictionary<UInt32, InboxListing.Place>.Keys { firsts.keys }

  /// Their mean size, in bytes.
  var meanSize: Int { count > 0 ? bytes / count : 0 }

  /// The hash of this file, if it is one of them.
  func hash(ofKnown name: FileName, inode: UInt64) -> UInt64? {
    guard !hashes.isEmpty else { return nil }
    let hash = hash(of: name, inode)
    return hashes.contains(hash) ? hash : nil
  }

  /// Whether `candidate` belongs to them: all that is younger than one of the same owner does.
  func includes(_ candidate: Candidate) -> Bool {
    firsts[candidate.status.owner].map { candidate.place >= $0 } ?? false
  }

  /// Adds `candidate`, and with it all younger files of its owner.
  mutating func insert(_ candidate: Candidate) {
    let (place, owner) = (candidate.place, candidate.status.owner)
    if firsts[owner].map({ place < $0 }) ?? true { firsts[owner] = place }
    insert(
      hash(of: candidate.name, candidate.status.inode), size: candidate.status.size,
      arrival: candidate.status.changed)
  }

  /// Adds the file of `known` with this hash, whose size and time are no longer known but for their mean and minimum.
  mutating func keep(_ hash: UInt64, of known: SurplusFiles) {
    insert(hash, size: known.meanSize, arrival: known.firstArrival)
  }

  private mutating func insert(_ hash: UInt64, size: Int, arrival: FileStatus.Stamp?) {
    (count, bytes) = (count + 1, Int.clampedSum(bytes, size))
    if let arrival { firstArrival = min(firstArrival ?? arrival, arrival) }
    if hashes.count < Self.mostHashes { hashes.insert(hash) }
  }

  /// FNV-1a (Fowler, Noll, Vo) of the name, 64 bits; with the inode, mixed as in SplitMix64 (Steele, Lea, Flood 2014).
  private func hash(of name: FileName, _ inode: UInt64) -> UInt64 {
    var hash = seed
    for byte in name.bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    hash ^= inode &* 0x9E37_79B9_7F4A_7C15
    hash = (hash ^ hash >> 30) &* 0xBF58_476D_1CE4_E5B9
    hash = (hash ^ hash >> 27) &* 0x94D0_49BB_1331_11EB
    return hash ^ hash >> 31
  }
}
