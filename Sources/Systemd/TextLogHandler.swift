internal import Glibc
package import Logging
internal import SystemCalls
package import SystemPackage

/// Writes each message as a line of text: what people read on a terminal or in a file.
package struct TextLogHandler: LogHandler {
  package var metadata: Logger.Metadata = [:]
  package var metadataProvider: Logger.MetadataProvider?
  package var logLevel = Logger.Level.info

  private let descriptor: FileDescriptor
  private let isStamped: Bool

  /// Writes to `descriptor`.
  ///
  /// - Parameter isStamped: whether each line begins with the time; by default on a terminal and in a file, as who
  ///   reads a pipe or a socket stamps what he gets.
  package init(_ descriptor: FileDescriptor = .standardError, isStamped: Bool? = nil) {
    self.descriptor = descriptor
    self.isStamped = isStamped ?? Self.keepsLines(descriptor)
  }

  package func log(event: LogEvent) {
    var fields = metadata
    fields.merge(metadataProvider?.get() ?? [:]) { _, new in new }
    fields.merge(event.metadata ?? [:]) { _, new in new }
    if let error = event.error { fields["error"] = "\(error)" }
    let stamp = isStamped ? UTCTime.now.rfc3339 + " " : ""
    let level = event.level < .warning ? "" : "\(event.level): "
    let line = Array((stamp + level + LogText.line(event.message.description, fields) + "\n").utf8)
    // A log that nobody can read any more must not stop the work.
    try? descriptor.write(all: line.span, to: "log")
  }

  package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  private static func keepsLines(_ descriptor: FileDescriptor) -> Bool {
    let isFile = (try? descriptor.status("log"))?.kind == .regular
    return isFile || isatty(descriptor.rawValue) == 1
  }
}
