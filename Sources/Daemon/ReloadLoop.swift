internal import Glibc
internal import Logging
internal import Synchronization
internal import SystemCalls
internal import SystemPackage

/// Reloads on SIGHUP, and publishes the state before and after.
///
/// Created before the notification of readiness, and run by another thread.
final class ReloadLoop: Sendable {
  /// Reads and applies new settings, all of them or none.
  typealias Reload = @Sendable () throws -> AdoptedSettings

  private let reload: Reload
  /// The state folder, if the daemon has one.
  private let folder: Directory?
  private let log: Logger
  private let bulletin = Mutex(ReloadBulletin(process: getpid()))
  /// Whether the bulletin could not be written, as on a full disk.
  private let isUntold = Mutex(false)
  private let counts = Mutex(ReloadCounts())

  /// The time between attempts to write the bulletin, in milliseconds.
  private static let pause: Int32 = 1000

  /// Publishes in `folder` that the daemon has started.
  init(publishingIn folder: Directory?, log: Logger, _ reload: @escaping Reload) {
    self.reload = reload
    self.folder = folder
    self.log = log
    if let folder, let last = try? ReloadBulletin.read(from: folder) {
      bulletin.withLock { $0.serial = last.serial }
    }
    publish(.started, "")
  }

  /// The number of reloads, by result.
  var reloads: ReloadCounts { counts.withLock { $0 } }

  /// Reloads for each signal until `stop` rings; signals that arrive together count once.
  ///
  /// - Parameters:
  ///   - hangups: receives SIGHUP.
  ///   - onBegin: called before the configuration is read.
  ///   - onEnd: called when the outcome is known and published.
  func run(_ hangups: SignalDescriptor, until stop: WakeUp, onBegin: () -> Void, onEnd: () -> Void) {
    while true {
      // Until it is written, `animo reload` waits, or finds the bulletin of an earlier daemon.
      if isUntold.withLock({ $0 }) { tell() }
      let pause = isUntold.withLock { $0 } ? Self.pause : -1
      let ready = Readiness.wait(for: hangups.descriptor, or: stop.descriptor, milliseconds: pause)
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
    bulletin.withLock { bulletin in
      if state == .started || state == .reloading { bulletin.serial += 1 }
      (bulletin.state, bulletin.message) = (state, message)
    }
    tell()
  }

  /// Writes the bulletin; logs the first of several failures.
  private func tell() {
    guard let folder else { return }
    let current = bulletin.withLock { $0 }
    do {
      try current.write(into: folder)
      isUntold.withLock { $0 = false }
    } catch {
      let isFirst = isUntold.withLock { !$0 }
      isUntold.withLock { $0 = true }
      if isFirst { log.tell(DaemonEvent.reloadUntold, ["error": "\(error)"]) }
    }
  }
}

/// The settings changed by a reload, by name.
package struct AdoptedSettings: Sendable {
  /// Settings that are in force now.
  let changes: [String]
  /// Changed settings that take effect at the next start.
  let later: [String]

  /// - Parameters:
  ///   - changes: settings that are in force now.
  ///   - later: changed settings that take effect at the next start.
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

/// The number of reloads since the start.
package struct ReloadCounts: Equatable, Sendable {
  /// Reloads with new settings in force.
  package var applied = 0
  /// Reloads rejected.
  package var refused = 0

  /// None.
  package init() {}
}
