internal import JSON
internal import SystemCalls
internal import SystemPackage

/// What is known of the surplus, in a file of the state folder: with it the first scan of the next start counts these
/// files by their names, which takes a fraction of the time that their statuses take, and finds those of others the sooner.
///
/// Nothing else depends on it, so it is not synced: what is missing, damaged or out of date is looked at.
///
/// The file has one line of JSON, then the hashes, eight bytes each in the machine's byte order.
struct SurplusRecord {
  static let name: FileName = "surplus"

  /// As few files are looked at as fast.
  private static let leastFiles = 10_000
  private static let mostOwners = 256
  private static let interval = Duration.seconds(10)
  /// In bytes; the line of JSON takes a third of a mebibyte at most.
  private static let greatestSize = SurplusFiles.mostHashes * MemoryLayout<UInt64>.size + 1 << 20
  /// No folder has more files.
  private static let greatestCount = 1 << 48

  private let state: Directory
  private var exists: Bool
  private var lastUpdate: SuspendingClock.Instant?
  /// What tells the surplus that was written from a later one: it may wait for days.
  private var written: (seed: UInt64, count: Int)?

  /// The record in a state folder, whether there is one or not.
  init(in state: Directory) {
    self.state = state
    exists = (try? state.status(of: Self.name)).flatMap(\.self) != nil
  }

  /// Writes what is known now, or removes what is no longer worth keeping; nothing soon after the last time,
  /// nor while nothing changes.
  mutating func update(_ surplus: SurplusFiles, at now: SuspendingClock.Instant) {
    if let lastUpdate, now < lastUpdate.advanced(by: Self.interval) { return }
    lastUpdate = now
    if surplus.count >= Self.leastFiles, surplus.firsts.count <= Self.mostOwners {
      if let written, written == (surplus.seed, surplus.count) { return }
      (exists, written) = (true, nil)
      guard (try? write(surplus)) != nil else { return }
      written = (surplus.seed, surplus.count)
    } else if exists {
      (exists, written) = (false, nil)
      try? state.remove(Self.name)
    }
  }

  private func write(_ surplus: SurplusFiles) throws(SystemCallError) {
    let file = try ReplacementFile(Self.name, in: state, mode: .ownerReadWrite)
    let header = Array((Self.header(of: surplus).line + "\n").utf8)
    try file.append(header.span)
    let hashes = Array(surplus.hashes)
    try unsafe file.append(hashes.span.bytes)
    try file.commit(isDurable: false)
  }

  private static func header(of surplus: SurplusFiles) -> JSONValue {
    .object([
      ("seed", .integer(Int(bitPattern: UInt(surplus.seed)))), ("count", .integer(surplus.count)),
      ("bytes", .integer(surplus.bytes)), ("hashes", .integer(surplus.hashes.count)),
      ("first_arrival", surplus.firstArrival.map(stamp) ?? .null),
      (
        "owners",
        .array(
          surplus.firsts.map { owner, place in
            .object([
              ("uid", .integer(Int(owner))), ("modified", stamp(place.modified)),
              ("name", .integers(place.name.bytes.map(Int.init))),
            ])
          })
      ),
    ])
  }

  private static func stamp(_ stamp: FileStatus.Stamp) -> JSONValue {
    .integers([stamp.seconds, stamp.nanoseconds])
  }
}

// Reading it.
extension SurplusRecord {
  /// What was known at the last update; nil if there is no record that can be read.
  func read() -> SurplusFiles? {
    guard let file = try? state.open(Self.name) else { return nil }
    defer { try? file.close() }
    // Whatever else is there must not fill the memory at every start.
    guard let status = try? file.status(Self.name.description), status.size <= Self.greatestSize,
      let bytes = try? file.readToEnd(of: Self.name.description),
      let end = bytes.firstIndex(of: UInt8(ascii: "\n")),
      let header = try? JSONReader.read(Array(bytes[..<end]), maximumValues: 300 * Self.mostOwners).members
    else { return nil }
    return Self.files(header, hashes: bytes[(end + 1)...])
  }

  private static func files(_ header: [String: JSONValue], hashes bytes: ArraySlice<UInt8>) -> SurplusFiles? {
    let size = MemoryLayout<UInt64>.size
    guard let seed = header["seed"]?.integer, let owners = header["owners"]?.array, !owners.isEmpty,
      let count = header["count"]?.integer, let sum = header["bytes"]?.integer, sum >= 0,
      (1...Self.greatestCount).contains(count),
      let number = header["hashes"]?.integer, (0...SurplusFiles.mostHashes).contains(number),
      bytes.count == number * size
    else { return nil }
    var hashes = Set<UInt64>(minimumCapacity: number)
    // Sound: any eight bytes are a number, and these are within the slice.
    unsafe bytes.withUnsafeBytes { bytes in
      for index in 0..<number {
        unsafe hashes.insert(bytes.loadUnaligned(fromByteOffset: index * size, as: UInt64.self))
      }
    }
    var firsts: [UInt32: InboxListing.Place] = [:]
    for owner in owners {
      guard let members = owner.members, let uid = members["uid"]?.integer.flatMap(UInt32.init(exactly:)),
        let place = place(members)
      else { return nil }
      firsts[uid] = place
    }
    return SurplusFiles(
      seed: UInt64(UInt(bitPattern: seed)), hashes: hashes, firsts: firsts, count: count, bytes: sum,
      firstArrival: header["first_arrival"].flatMap(stamp))
  }

  private static func place(_ members: [String: JSONValue]) -> InboxListing.Place? {
    let bytes = members["name"]?.array?.compactMap { $0.integer.flatMap(UInt8.init(exactly:)) }
    guard let bytes, let name = FileName(bytes: bytes), let modified = members["modified"].flatMap(stamp)
    else { return nil }
    return InboxListing.Place(modified: modified, name: name)
  }

  private static func stamp(_ value: JSONValue) -> FileStatus.Stamp? {
    guard let parts = value.array?.compactMap(\.integer), parts.count == 2 else { return nil }
    return FileStatus.Stamp(seconds: parts[0], nanoseconds: parts[1])
  }
}
