internal import Daemon
internal import Ledger
internal import Statistics
internal import Synchronization
internal import SystemCalls
internal import SystemPackage

/// What a spool measures of itself besides its counts: latencies, sizes, free space.
///
/// Updated where the work is done and by housekeeping, so that reading it waits for no disk.
final class SpoolMeasurements: Sendable {
  private struct State {
    var measured: IntakeMeasurements
    /// When the files of jobs arrived, as far as they were claimed by this run and have not been published.
    var arrivals: [String: UTCTime] = [:]
    /// When the folders are to be looked at again.
    var nextLook = SuspendingClock.now
  }

  private let state = Mutex(
    State(measured: IntakeMeasurements(tasks: HeldTasks.names, folders: SpoolMeasurements.folders)))

  /// The folders that are measured; those of the inbox are counted when it is scanned.
  private static let folders = ["done", "out", "rejected", "work"]
  /// Looking at the folders takes at most this part of the time, and happens at most so often, in seconds.
  private static let pace = (share: 0.005, interval: 15.0)
  /// More arrivals are not remembered: of held and cancelled jobs they are never taken out.
  private static let mostArrivals = 65_536

  /// - Parameter lastSuccess: when the last file of earlier runs was published.
  init(lastSuccess: UTCTime?) {
    state.withLock { $0.measured.lastSuccess = lastSuccess }
  }

  /// The current measurements.
  func now(held tasks: [String]) -> IntakeMeasurements {
    var measured = state.withLock { $0.measured }
    for index in measured.tasks.indices {
      measured.tasks[index].isHeld = tasks.contains(measured.tasks[index].name)
    }
    return measured
  }

  /// Notes when the file of a job arrived.
  func noteArrival(of job: String, at time: UTCTime) {
    state.withLock { state in
      if state.arrivals.count >= Self.mostArrivals { state.arrivals = [:] }
      state.arrivals[job] = time
    }
  }

  /// Notes that a job has been published.
  func notePublication(of job: String, at now: UTCTime = .now) {
    state.withLock { state in
      state.measured.lastSuccess = now
      guard let arrival = state.arrivals.removeValue(forKey: job) else { return }
      state.measured.latency.add(Double(max(0, now.microseconds - arrival.microseconds)) / 1e6)
    }
  }

  /// Looks at the folders and the ledger if that is due. Costs a readdir and an fstatat for each file.
  func look(at directories: SpoolDirectories, _ ledger: Ledger) {
    let begin = SuspendingClock.now
    guard state.withLock({ begin >= $0.nextLook }) else { return }
    let root = directories.root
    let folders = Self.folders.map { name in
      let sizes = (try? Directory(root.appending(name))).flatMap(Self.sizes)
      return (name: name, files: sizes?.files ?? 0, bytes: sizes?.bytes ?? 0)
    }
    let space = [("spool", root), ("state", ledger.path.removingLastComponent())].compactMap { name, path in
      (try? Directory(path).space()).map { (name: name, free: $0.free, size: $0.size) }
    }
    let ledgerBytes = ledger.files.reduce(0) { $0 + ((try? FileStatus(of: $1))?.size ?? 0) }
    let elapsed = begin.duration(to: .now) / .seconds(1)
    state.withLock { state in
      (state.measured.folders, state.measured.space) = (folders, space)
      state.measured.ledgerBytes = ledgerBytes
      state.nextLook = .now.advanced(by: .seconds(max(Self.pace.interval, elapsed / Self.pace.share)))
    }
  }

  private static func sizes(of folder: Directory) -> (files: Int, bytes: Int)? {
    var (files, bytes) = (0, 0)
    do {
      var entries = try folder.entries()
      while let entry = try entries.next() {
        guard let status = try folder.status(of: entry.name), status.type == .regular else { continue }
        (files, bytes) = (files + 1, Int.clampedSum(bytes, status.size))
      }
    } catch {
      return nil
    }
    return (files, bytes)
  }
}

extension FileStatus.Stamp {
  /// The same to the microsecond, in the years from 1970 to 9999: a file system may report any number.
  var time: UTCTime {
    UTCTime(microseconds: min(max(seconds, 0), 253_402_300_799) * 1_000_000 + nanoseconds / 1000)
  }
}
