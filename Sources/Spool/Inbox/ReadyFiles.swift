internal import SystemCalls

/// Complete files that wait to be claimed, which their owners take in turns.
///
/// The owner who has waited longest is next, with the oldest of his files, so that nobody's files keep those of others
/// waiting, however many there are.
struct ReadyFiles {
  typealias Candidate = InboxListing.Candidate

  /// By owner, the oldest last.
  private var files: [UInt32: [Candidate]] = [:]
  /// By name.
  private(set) var byName: [FileName: Candidate] = [:]
  /// The number of the last turn of each owner, of those who have files or have been served lately.
  private var turns: [UInt32: Int] = [:]
  private var turn = 0

  /// The maximum number of owners without files whose turns are remembered.
  private static let mostRemembered = 1024

  /// Whether there is none.
  var isEmpty: Bool { files.isEmpty }

  /// Whether there is any of other owners than these.
  func hasAny(except owners: Set<UInt32>) -> Bool { files.keys.contains { !owners.contains($0) } }

  /// Whether there is any of `owner`.
  func hasAny(of owner: UInt32) -> Bool { files[owner] != nil }

  /// The number of those of `owner`.
  func count(of owner: UInt32) -> Int { files[owner]?.count ?? 0 }

  /// Adds files, except those whose names are there already.
  mutating func add(_ candidates: [Candidate]) {
    let new = candidates.filter { byName[$0.name] == nil }
    for candidate in new { byName[candidate.name] = candidate }
    for (owner, added) in Dictionary(grouping: new, by: \.status.owner) {
      if added.count == 1, let place = files[owner].map({ Self.place(of: added[0], in: $0) }) {
        files[owner]?.insert(added[0], at: place)
      } else {
        files[owner, default: []] += added
        files[owner]?.sort(by: >)
      }
    }
  }

  /// Where `candidate` belongs among `files`, the oldest of which is last.
  private static func place(of candidate: Candidate, in files: [Candidate]) -> Int {
    var (low, high) = (0, files.count)
    while low < high {
      let middle = (low + high) / 2
      if files[middle] > candidate { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Removes and returns the next file of other owners than these.
  mutating func next(except owners: Set<UInt32>) -> Candidate? {
    // The oldest file decides between owners who have never had a turn.
    let next = files.lazy.filter { !owners.contains($0.key) }.min { first, second in
      let (one, other) = (turns[first.key] ?? 0, turns[second.key] ?? 0)
      guard one == other, let old = first.value.last, let young = second.value.last else {
        return one < other
      }
      return old < young
    }
    guard let owner = next?.key, let candidate = files[owner]?.popLast() else { return nil }
    byName.removeValue(forKey: candidate.name)
    if files[owner]?.isEmpty == true { files[owner] = nil }
    turn += 1
    turns[owner] = turn
    if turns.count > Self.mostRemembered + files.count { turns = turns.filter { files[$0.key] != nil } }
    return candidate
  }

  /// Forgets all files.
  mutating func removeAll() {
    files.removeAll(keepingCapacity: true)
    byName.removeAll(keepingCapacity: true)
  }
}
