import ArgumentParser
import Daemon
import Glibc
import SystemCalls
import SystemPackage

/// `animo reload`: makes a running daemon read its configuration again.
struct Reload: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reload",
    abstract: "Make the running daemon read its configuration again.",
    discussion: """
      EXAMPLES
        $ animo reload --wait
        $ animo reload --wait --spool /tmp/spool

      New settings apply from the next file; a file that is already being read is finished with the old \
      ones. If the new configuration is invalid, the daemon keeps the previous one.
      Exit status: 0 on success; 69 if no daemon is running; 78, with --wait, if the configuration is \
      rejected.
      """)

  @Flag(help: "Wait for the outcome and print it.")
  var wait = false

  @OptionGroup var location: SpoolArguments

  func run() throws {
    try ReloadRun(self).run()
  }
}

/// One request to reload, from finding the daemon to the outcome.
struct ReloadRun {
  private let waits: Bool
  private let folder: Directory

  /// - Throws: `CommandFailure` if the state folder of a daemon does not exist.
  init(_ command: Reload) throws {
    waits = command.wait
    let path = try SpoolPlace(command.location).state
    do {
      folder = try Directory(path)
    } catch {
      guard error.reason == .noSuchFileOrDirectory else { throw error }
      throw Self.nobody(in: path)
    }
  }

  /// - Throws: `CommandFailure` if no daemon is running or it has rejected the configuration.
  func run() throws {
    guard try folder.isLocked, let before = try ReloadBulletin.read(from: folder) else {
      throw Self.nobody(in: folder.path)
    }
    guard isSeen(before) else {
      throw CommandFailure(
        .unavailable,
        "the daemon with the state in \(folder.path) runs where its process cannot be seen from here, in another "
          + "PID namespace such as a container's, or is only just starting; send SIGHUP to it there")
    }
    guard kill(before.process, SIGHUP) == 0 else {
      let error = SystemCallError("kill", on: "process \(before.process)", Errno(rawValue: errno))
      switch error.reason {
      case .noSuchProcess: throw Self.nobody(in: folder.path)
      case .notPermitted:
        throw CommandFailure(.noPermission, "\(error); only root and the daemon's user may make it reload")
      default: throw error
      }
    }
    guard waits else { return }
    let after = try bulletin(after: before.serial)
    guard after.state != .refused else { throw CommandFailure(.configuration, after.message) }
    try StandardOutput.write((after.state == .started ? "restarted" : after.message) + "\n")
  }

  /// Whether the process ID in `bulletin` is the daemon's in this PID namespace.
  ///
  /// /proc/locks would show this too, but the unit hides it from `ExecReload=` (ProcSubset=pid).
  private func isSeen(_ bulletin: ReloadBulletin) -> Bool {
    let holder = LockHolder.process(locking: folder.path) ?? Int(bulletin.process)
    return bulletin.namespace == ProcessIdentity.namespace && holder == Int(bulletin.process)
  }

  /// The outcome of the first reload after the one with this serial number.
  private func bulletin(after serial: Int) throws -> ReloadBulletin {
    while true {
      if let bulletin = try ReloadBulletin.read(from: folder), bulletin.serial > serial,
        bulletin.state != .reloading
      {
        return bulletin
      }
      guard try folder.isLocked else {
        throw CommandFailure(.unavailable, "the daemon has ended before it could reload")
      }
      usleep(20_000)
    }
  }

  private static func nobody(in path: FilePath) -> CommandFailure {
    CommandFailure(
      .unavailable,
      "no daemon is running with the state in \(path); --spool or --state names another folder; "
        + "a daemon with --stdin has none: send SIGHUP to its process")
  }
}
