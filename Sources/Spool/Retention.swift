internal import Daemon
internal import Logging
internal import Scoring
internal import Synchronization
internal import SystemCalls

/// Removes old inputs from `done/`: those past the age limit, then the oldest until the rest is within the size
/// limit.
///
/// A file's age is in its name, which begins with the time of its claim; other names are never touched. Removals are
/// remembered until they are recorded in the ledger.
final class Retention: Sendable {
  /// The jobs whose inputs were removed, and the job before which all are past the age limit.
  typealias Removed = (jobs: [String], before: String?)

  private let done: Directory
  private let log: Logger
  private let pace = Throttle(.seconds(60))
  private let removed = Mutex<Removed>(([], nil))

  /// The maximum number of files per batch, for age and for size, and of removals that are recorded together.
  private static let batch = 4096

  init(_ done: Directory, log: Logger) { (self.done, self.log) = (done, log) }

  /// Whether a check of `done/` is due: once a minute, and immediately after a full batch.
  func isDue() -> Bool { pace.isDue() }

  /// Removes a batch of the files that are due at `now`.
  ///
  /// - Parameters:
  ///   - time: the age limit.
  ///   - size: the size limit, in bytes.
  /// - Returns: whether there may be more to remove.
  /// - Throws: the first error, after trying all other files.
  @discardableResult
  func prune(
    keepingFor time: Duration, upTo size: Int, now: UTCTime = .now
  ) throws(SystemCallError) -> Bool {
    let limit = UTCTime(microseconds: now.microseconds - Int(time / .microseconds(1))).compact
    var (gone, isMore) = ([String](), true)
    defer {
      putBack(gone, before: isMore ? nil : limit)
      if !gone.isEmpty { log.tell(SpoolEvent.oldInputsRemoved, ["files": "\(gone.count)"]) }
    }
    isMore = try remove(before: limit, upTo: size, &gone)
    if isMore { pace.hurry() }
    return isMore
  }

  /// The removals since the last call: of many, which pile up while nothing is recorded, a batch.
  func takeRemoved() -> Removed {
    removed.withLock { removed in
      let taken: Removed = (Array(removed.jobs.prefix(Self.batch)), removed.before)
      removed.jobs.removeFirst(taken.jobs.count)
      removed.before = nil
      return taken
    }
  }

  /// Returns removals that could not be recorded, for the next call of `takeRemoved`.
  func putBack(_ jobs: [String], before limit: String?) {
    removed.withLock { removed in
      removed.jobs += jobs
      removed.before = limit ?? removed.before
    }
  }

  /// Removes files older than the job `limit` or beyond the size limit; adds their jobs to `gone`.
  ///
  /// Costs a readdir and an fstatat for each file in `done`; memory is bounded.
  ///
  /// - Returns: whether there may be more to remove.
  private func remove(
    before limit: String, upTo size: Int, _ gone: inout [String]
  ) throws(SystemCallError) -> Bool {
    let limit = FileName(limit)
    var oldest: [(name: FileName, size: Int)] = []
    var total = 0
    var failure: SystemCallError?
    var entries = try done.entries()
    while let entry = try entries.next() {
      guard Job.beginsWithID(entry.name), let status = try done.status(of: entry.name),
        status.type == .regular
      else { continue }
      if entry.name < limit {
        remove(entry.name, &gone, &failure)
        if gone.count == Self.batch { return true }
      } else {
        total = Int.clampedSum(total, status.size)
        oldest.append((entry.name, status.size))
        if oldest.count == 2 * Self.batch { keepOldest(&oldest) }
      }
    }
    keepOldest(&oldest)
    for file in oldest where total > size {
      if remove(file.name, &gone, &failure) { total -= file.size }
    }
    if let failure { throw failure }
    return total > size && !oldest.isEmpty
  }

  private func keepOldest(_ files: inout [(name: FileName, size: Int)]) {
    files.sort { $0.name < $1.name }
    files.removeLast(max(0, files.count - Self.batch))
  }

  /// Removes one file; returns whether it no longer exists.
  @discardableResult private func remove(
    _ name: FileName, _ gone: inout [String], _ failure: inout SystemCallError?
  ) -> Bool {
    do {
      try done.remove(name)
      gone.append(Job.id(in: name))
      return true
    } catch {
      failure = failure ?? error
      return false
    }
  }
}
