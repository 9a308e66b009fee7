internal import Logging
internal import SystemCalls

/// Removes old inputs from `done/`: those kept for long enough, and then the oldest until the rest is small enough.
///
/// A file's age is in its name, which begins with the time of its claim; other names are never touched.
struct Retention: Sendable {
  let time: Duration
  let size: Int

  /// So many files are removed at once at most for their age, and so many for their size.
  private static let batch = 4096

  /// The jobs before this one are past their time at `now`.
  func limit(at now: UTCTime = .now) -> String {
    UTCTime(microseconds: now.microseconds - Int(time / .microseconds(1))).compact
  }

  /// Removes what is due at `now`, a batch of it; adds the jobs whose inputs went to `removed`.
  ///
  /// Costs a readdir and an fstatat for each file in `done`; memory is bounded.
  ///
  /// - Returns: whether there may be more to remove.
  /// - Throws: the first error, after all others have been removed.
  func prune(
    _ done: Directory, now: UTCTime = .now, _ removed: inout [String]
  ) throws(SystemCallError) -> Bool {
    let limit = FileName(limit(at: now))
    var oldest: [(name: FileName, size: Int)] = []
    var total = 0
    var failure: SystemCallError?
    var entries = try done.entries()
    while let entry = try entries.next() {
      guard Job.beginsWithID(entry.name), let status = try done.status(of: entry.name),
        status.kind == .regular
      else { continue }
      if entry.name < limit {
        remove(entry.name, from: done, &removed, &failure)
        if removed.count == Self.batch { return true }
      } else {
        total += status.size
        oldest.append((entry.name, status.size))
        if oldest.count == 2 * Self.batch { keepOldest(&oldest) }
      }
    }
    keepOldest(&oldest)
    for file in oldest where total > size {
      if remove(file.name, from: done, &removed, &failure) { total -= file.size }
    }
    if let failure { throw failure }
    return total > size && !oldest.isEmpty
  }

  private func keepOldest(_ files: inout [(name: FileName, size: Int)]) {
    files.sort { $0.name < $1.name }
    files.removeLast(max(0, files.count - Self.batch))
  }

  /// Removes one file; returns whether it has gone.
  @discardableResult private func remove(
    _ name: FileName, from done: Directory, _ removed: inout [String], _ failure: inout SystemCallError?
  ) -> Bool {
    do {
      try done.remove(name)
      removed.append(Job.id(in: name))
      return true
    } catch {
      failure = failure ?? error
      return false
    }
  }
}
