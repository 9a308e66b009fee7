package import Logging
internal import Synchronization

/// The log level, shared by all copies of a logger; it may change while the daemon runs.
package final class LogLevel: Sendable {
  private let level: Mutex<Logger.Level>

  /// Logs messages of `level` or above.
  package init(_ level: Logger.Level) {
    self.level = Mutex(level)
  }

  /// The current level.
  package var now: Logger.Level {
    get { level.withLock { $0 } }
    set { level.withLock { $0 = newValue } }
  }

  /// A logger with this level that writes to `base`.
  package func logger(_ label: String, _ base: any LogHandler) -> Logger {
    Logger(label: label) { _ in LevelledLogHandler(base: base, level: self) }
  }
}

/// Filters messages by a shared level.
private struct LevelledLogHandler: LogHandler {
  var base: any LogHandler
  let level: LogLevel

  var logLevel: Logger.Level {
    get { level.now }
    set { level.now = newValue }
  }

  var metadata: Logger.Metadata {
    get { base.metadata }
    set { base.metadata = newValue }
  }

  var metadataProvider: Logger.MetadataProvider? {
    get { base.metadataProvider }
    set { base.metadataProvider = newValue }
  }

  func log(event: LogEvent) { base.log(event: event) }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { base[metadataKey: key] }
    set { base[metadataKey: key] = newValue }
  }
}
