package import Logging
internal import Systemd

/// Something that is logged: a sentence, and an identity that stays the same when the sentence is worded anew, so that
/// monitors can wait for it.
///
/// The raw value is the journal's MESSAGE_ID (`systemd-id128 new`); `systemd/animo.catalog` explains each, which
/// `journalctl --catalog` shows. Each module has its events in one enum, beside the code that logs them.
package protocol Event: RawRepresentable<String>, Sendable {
  /// The sentence.
  var text: String { get }
  /// How much it matters.
  var level: Logger.Level { get }
}

extension Logger {
  /// Logs `event` with the facts that belong to it.
  package func tell(
    _ event: some Event, _ facts: Logger.Metadata = [:], file: String = #fileID,
    function: String = #function, line: UInt = #line
  ) {
    var facts = facts
    facts[LogText.identityKey] = "\(event.rawValue)"
    log(
      level: event.level, "\(event.text)", metadata: facts, file: file, function: function, line: line)
  }
}

/// What a daemon logs whatever its intake is.
package enum DaemonEvent: String, Event, CaseIterable {
  /// All that has to be done before work begins is done.
  case ready = "2ae40cb307cb4429adba18d73046b1fa"
  /// The life is over, in good order.
  case stopped = "ab6643ff82e84eb2ac9267ab391bb181"
  /// Something cannot be done for the moment.
  case heldUp = "d0a147ba62a6498fbb1470b5dee386ed"
  /// It can be done again.
  case noLongerHeldUp = "15ec018873fc4b9387d3fbc40f4d840a"
  /// `current.json` could not be replaced.
  case statisticsUnwritable = "7c7169f523294e0ba208578875fe4eeb"
  /// New settings are in force.
  case reloaded = "cd93d4d29cef4139a2fa9130e8425b97"
  /// New settings are wrong; the old ones stay in force.
  case reloadRefused = "c2c2b0fc3de1495e9f4d1e890da4e962"
  /// `reload.json` could not be replaced.
  case reloadUntold = "b60fba4eb7914c979bed2913bd588299"
  /// A setting is read that probably means something else.
  case doubtfulConfiguration = "c95e09bbb9c84cbf9133e011a08dfbc1"

  package var text: String {
    switch self {
    case .ready: "ready"
    case .stopped: "stopped"
    case .heldUp: "held up: trying again until it works"
    case .noLongerHeldUp: "no longer held up"
    case .statisticsUnwritable: "cannot write the statistics"
    case .reloaded: "reloaded"
    case .reloadRefused: "not reloaded, all stays as it was"
    case .reloadUntold: "cannot say how the reload is going"
    case .doubtfulConfiguration: "doubtful configuration"
    }
  }

  package var level: Logger.Level {
    switch self {
    case .ready, .stopped, .noLongerHeldUp, .reloaded: .notice
    case .statisticsUnwritable, .reloadUntold, .doubtfulConfiguration: .warning
    case .heldUp, .reloadRefused: .error
    }
  }
}
