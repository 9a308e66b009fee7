import Glibc
import Logging
import SystemCalls
import SystemPackage

/// Reloads whenever SIGHUP has come, and says before and after how it is going.
///
/// Made by the thread that says that the daemon is ready, and used by another one.
struct ReloadDesk: Sendable {
  private let reloader: Reloader
  /// The state folder, if the daemon has one.
  private let folder: Directory?
  private let log: Logger
  private var bulletin = ReloadBulletin(process: getpid())

  /// Says in `folder` that the daemon has started.
  init(_ reloader: Reloader, folder: Directory?, log: Logger) {
    self.reloader = reloader
    self.folder = folder
    self.log = log
    if let folder, let last = try? ReloadBulletin.read(from: folder) { bulletin.serial = last.serial }
    publish(.started, "")
  }

  /// Reloads for each signal that comes, until `stop` rings; signals that come together count once.
  ///
  /// - Parameters:
  ///   - hangups: where SIGHUP arrives.
  ///   - onBegin: called before the configuration is read.
  ///   - onEnd: called when the outcome is known and published.
  mutating func serve(
    _ hangups: SignalDescriptor, until stop: WakeUp, onBegin: () -> Void, onEnd: (ReloadOutcome) -> Void
  ) {
    while true {
      let ready = Readiness.wait(for: hangups.descriptor, or: stop.descriptor, milliseconds: -1)
      if ready.second { return }
      var isAsked = false
      while hangups.next() != nil { isAsked = true }
      guard isAsked else { continue }
      onBegin()
      publish(.reloading, "")
      let outcome = reloader.reload()
      if case .adopted = outcome { publish(.adopted, outcome.text) } else { publish(.refused, outcome.text) }
      onEnd(outcome)
    }
  }

  private mutating func publish(_ state: ReloadBulletin.State, _ message: String) {
    if state == .started || state == .reloading { bulletin.serial += 1 }
    (bulletin.state, bulletin.message) = (state, message)
    guard let folder else { return }
    do {
      try bulletin.write(into: folder)
    } catch {
      log.warning("cannot say how the reload is going", metadata: ["error": "\(error)"])
    }
  }
}
