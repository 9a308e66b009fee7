internal import Daemon
internal import Logging
internal import Synchronization
internal import SystemCalls
internal import SystemPackage

/// Keeps what is not a plain file of data out of the spool's folders, once it has got into `work/`.
///
/// Nothing here fails: what can be neither removed nor disarmed stays in `work/`, under a name that no job has, for
/// `animo fsck` to report.
final class Quarantine: Sendable {
  private let work: Directory
  private let log: Logger
  private let count = Atomic(0)

  init(_ work: Directory, log: Logger) { (self.work, self.log) = (work, log) }

  /// How often this has happened.
  var number: Int { count.load(ordering: .relaxed) }

  /// Removes the entry `name`, which is not a regular file: a link, FIFO, socket, device or empty directory holds no
  /// data. A directory with content is set aside.
  func remove(_ name: FileName) {
    var isGone = (try? work.remove(name)) != nil
    if !isGone { isGone = (try? work.removeDirectory(name)) != nil }
    if !isGone { setAside(name) }
    count.add(1, ordering: .relaxed)
    log.tell(SpoolEvent.notClaimed, ["file": "\(name)", "kept": "\(!isGone)"])
  }

  /// Takes the set-ID bits from the file `name` with `status`; returns whether it has none any more.
  ///
  /// Only its owner may do so. A file of another user that has them is set aside.
  func disarm(_ name: FileName, _ status: FileStatus) -> Bool {
    guard !status.mode.isDisjoint(with: [.setUserID, .setGroupID]) else { return true }
    if let file = try? work.open(name) {
      defer { try? file.close() }
      let mode = status.mode.subtracting([.setUserID, .setGroupID])
      if (try? file.setMode(mode, "\(name)")) != nil { return true }
    }
    setAside(name)
    count.add(1, ordering: .relaxed)
    log.tell(SpoolEvent.notClaimed, ["file": "\(name)", "kept": "true"])
    return false
  }

  /// Gives `name` a name that no job has. Within one folder that requires no permission on the entry itself.
  private func setAside(_ name: FileName) {
    try? work.move(name, to: work, as: Job.asideName(of: name))
  }
}
