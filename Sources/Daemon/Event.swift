package import Logging
internal import Systemd

/// Something worth a log line: a message, and an identity that survives any rewording of it, so that monitors can match
/// it.
///
/// The raw value is the journal's MESSAGE_ID (`systemd-id128 new`); `systemd/animo.catalog` has an explanation of each,
/// which `journalctl --catalog` shows. Each module declares its events in one enum next to the code that logs them.
package protocol Event: RawRepresentable<String>, Sendable {
  /// The message and its level.
  var message: EventMessage { get }
}

/// What an event says, and how severe it is.
package struct EventMessage: Sendable {
  package let level: Logger.Level
  package let text: String

  /// Routine work.
  package static func info(_ text: String) -> EventMessage { EventMessage(level: .info, text: text) }
  /// Normal, but significant.
  package static func notice(_ text: String) -> EventMessage { EventMessage(level: .notice, text: text) }
  /// Unexpected; work continues.
  package static func warning(_ text: String) -> EventMessage { EventMessage(level: .warning, text: text) }
  /// Something failed and needs an operator's attention.
  package static func error(_ text: String) -> EventMessage { EventMessage(level: .error, text: text) }
}

extension Logger {
  /// Logs `event` with its details.
  package func tell(
    _ event: some Event, _ facts: Logger.Metadata = [:], file: String = #fileID,
    function: String = #function, line: UInt = #line
  ) {
    var facts = facts
    facts[LogText.identityKey] = "\(event.rawValue)"
    let message = event.message
    log(
      level: message.level, "\(message.text)", metadata: facts, file: file, function: function, line: line)
  }
}

/// The events of a daemon with any intake.
package enum DaemonEvent: String, Event, CaseIterable {
  /// Start-up is complete.
  case ready = "2ae40cb307cb4429adba18d73046b1fa"
  /// An orderly stop.
  case stopped = "ab6643ff82e84eb2ac9267ab391bb181"
  /// An operation fails for the time being.
  case heldUp = "d0a147ba62a6498fbb1470b5dee386ed"
  /// The operation succeeds again.
  case noLongerHeldUp = "15ec018873fc4b9387d3fbc40f4d840a"
  /// `current.json` could not be replaced.
  case statisticsUnwritable = "7c7169f523294e0ba208578875fe4eeb"
  /// New settings are in force.
  case reloaded = "cd93d4d29cef4139a2fa9130e8425b97"
  /// The new settings are invalid; the previous ones stay in force.
  case reloadRefused = "c2c2b0fc3de1495e9f4d1e890da4e962"
  /// `reload.json` could not be replaced.
  case reloadUntold = "b60fba4eb7914c979bed2913bd588299"
  /// A setting is valid but probably not what was meant.
  case doubtfulConfiguration = "c95e09bbb9c84cbf9133e011a08dfbc1"
  /// accept(2) failed on a listening socket, which is served again.
  case connectionNotAccepted = "e9272d47e23d4f4cbc42049184510dd5"

  package var message: EventMessage {
    switch self {
    case .ready: .notice("ready")
    case .stopped: .notice("stopped")
    case .heldUp: .error("held up; retrying until it succeeds")
    case .noLongerHeldUp: .notice("no longer held up")
    case .statisticsUnwritable: .warning("cannot write the statistics")
    case .reloaded: .notice("reloaded")
    case .reloadRefused: .error("reload rejected; keeping the previous configuration")
    case .reloadUntold: .warning("cannot publish the state of the reload")
    case .doubtfulConfiguration: .warning("doubtful configuration")
    case .connectionNotAccepted: .warning("a connection over HTTP could not be accepted; trying again")
    }
  }
}
