internal import Glibc
internal import Logging
internal import Synchronization
internal import SystemCalls
internal import SystemPackage

/// Reloads whenever SIGHUP has come, and says before and after how it is going.
///
/// Made by the thread that says that the daemon is ready, and run by another one.
final class ReloadLoop: Sendable {
  /// Reads new settings and puts them in force, all of them or none.
  typealias Reload = @Sendable () throws -> AdoptedSettings

  private let reload: Reload
  /// The state folder, if the daemon has one.
  private let folder: Directory?
  private let log: Logger
  private let bulletin = Mutex(ReloadBulletin(process: getpid()))
  private let counts = Mutex(ReloadCounts())

  /// Says in `folder` that the daemon has started.
  init(publishingIn folder: Directory?, log: Logger, _ reload: @escaping Reload) {
    self.reload = reload
    self.folder = folder
    self.log = log
    if let folder, let last = try? ReloadBulletin.read(from: folder) {
      bulletin.withLock { $0.serial = last.serial }
    }
    publish(.started, "")
  }

  /// How often that was done, and what became of it.
  var reloads: ReloadCounts { counts.withLock { $0 } }

  /// Reloads for each signal that comes, until `stop` rings; signals that come together count once.
  ///
  /// - Parameters:
  ///   - hangups: where SIGHUP arrives.
  ///   - onBegin: called before the configuration is read.
  ///   - onEnd: called when the outcome is known and published.
  func run(_ hangups: SignalDescriptor, until stop: WakeUp, onBegin: () -> Void, onEnd: () -> Void) {
    while true {
      let ready = Readiness.wait(for: hangups.descriptor, or: stop.descriptor, milliseconds: -1)
      if ready.second { return }
      var isAsked = false
      while hangups.next() != nil { isAsked = true }
      guard isAsked else { continue }
      onBegin()
      publish(.reloading, "")
      reloadOnce()
      onEnd()
    }
  }

  private func reloadOnce() {
    do {
      let text = try reload().text
      counts.withLock { $0.applied += 1 }
      log.tell(DaemonEvent.reloaded, ["detail": "\(text)"])
      publish(.adopted, text)
    } catch {
      counts.withLock { $0.refused += 1 }
      log.tell(DaemonEvent.reloadRefused, ["detail": "\(error)"])
      publish(.refused, "\(error)")
    }
  }

  private func publish(_ state: ReloadBulletin.State, _ message: String) {
    let bulletin = bulletin.withLock { bulletin in
      if state == .started || state == .reloading { bulletin.serial += 1 }
      (bulletin.state, bulletin.message) = (state, message)
      return bulletin
    }
    guard let folder else { return }
    do {
      try bulletin.write(into: folder)
    } catch {
      log.tell(DaemonEvent.reloadUntold, ["error": "\(error)"])
    }
  }
}

/// What a reload has put in force, by the settings' names.
package struct AdoptedSettings: Sendable {
  /// What is in force now.
  let changes: [String]
  /// What has changed as well, and needs a new start.
  let later: [String]

  /// - Parameters:
  ///   - changes: what is in force now.
  ///   - later: what has changed as well, and needs a new start.
  package init(changes: [String], later: [String]) { (self.changes, self.later) = (changes, later) }

  /// In one line.
  var text: String {
    switch (changes, later) {
    case ([], []): "nothing has changed"
    case (_, []): "changed " + changes.joined(separator: ", ")
    case ([], _): "nothing has changed; at the next start: " + later.joined(separator: ", ")
    default:
      "changed " + changes.joined(separator: ", ") + "; at the next start: " + later.joined(separator: ", ")
    }
  }
}

/// How often the configuration was read again since the start.
package struct ReloadCounts: Equatable, Sendable {
  /// The new settings were put in force.
  package var applied = 0
  /// The old ones stayed.
  package var refused = 0

  /// Not once yet.
  package init() {}
}
