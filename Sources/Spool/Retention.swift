internal import Logging
internal import SystemCalls

/// Removes old inputs from `done/`: those kept for long enough, and then the oldest until the rest is small enough.
///
/// A file's age is in its name, which begins with the time of its claim; other names are never touched.
struct Retention: Sendable {
  let time: Duration
  let size: Int

  /// So many files are remembered at once to be removed for their size.
  private static let batch = 4096

  /// The jobs before this one are past their time at `now`.
  func limit(at now: UTCTime = .now) -> String {
    UTCTime(microseconds: now.microseconds - Int(time / .microseconds(1))).compact
  }

  /// Removes what is due at `now`; returns the jobs whose inputs went.
  ///
  /// Costs a readdir and an fstatat for each file in `done`; memory is bounded.
  func prune(_ done: Directory, now: UTCTime = .now) throws(SystemCallError) -> [String] {
    let limit = FileName(limit(at: now))
    var removed: [String] = []
    while true {
      let (expired, oldest, total) = try survey(done, limit)
      var surplus = total - size
      for name in expired { try remove(name, from: done, &removed) }
      for file in oldest where surplus > 0 {
        try remove(file.name, from: done, &removed)
        surplus -= file.size
      }
      guard expired.count == Self.batch || surplus > 0 && !oldest.isEmpty else { return removed }
    }
  }

  /// Some files from before `limit`, the oldest of the others with their sizes, and the size of all others.
  private func survey(
    _ done: Directory, _ limit: FileName
  ) throws(SystemCallError) -> (expired: [FileName], oldest: [(name: FileName, size: Int)], total: Int) {
    var expired: [FileName] = []
    var oldest: [(name: FileName, size: Int)] = []
    var total = 0
    var entries = try done.entries()
    while let entry = try entries.next() {
      guard Job.beginsWithID(entry.name), try done.status(of: entry.name)?.kind == .regular else { continue }
      if entry.name < limit {
        if expired.count < Self.batch { expired.append(entry.name) }
      } else if let status = try done.status(of: entry.name) {
        total += status.size
        oldest.append((entry.name, status.size))
        if oldest.count == 2 * Self.batch { keepOldest(&oldest) }
      }
    }
    keepOldest(&oldest)
    return (expired, oldest, total)
  }

  private func keepOldest(_ files: inout [(name: FileName, size: Int)]) {
    files.sort { $0.name < $1.name }
    files.removeLast(max(0, files.count - Self.batch))
  }

  private func remove(_ name: FileName, from done: Directory, _ removed: inout [String])
    throws(SystemCallError)
  {
    try done.remove(name)
    removed.append(Job.id(in: name))
  }
}
