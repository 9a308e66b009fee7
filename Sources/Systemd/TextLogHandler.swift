internal import Glibc
package import Logging
internal import SystemCalls
package import SystemPackage

/// Writes each message as a line of text, for a terminal or a file.
package struct TextLogHandler: LogHandler {
  package var metadata: Logger.Metadata = [:]
  package var metadataProvider: Logger.MetadataProvider?
  package var logLevel = Logger.Level.info

  private let descriptor: FileDescriptor
  private let isStamped: Bool

  /// Writes to `descriptor`.
  ///
  /// - Parameter isStamped: whether each line begins with the time; by default on a terminal and in a file, as
  ///   readers of pipes and sockets usually add timestamps themselves.
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
    // A closed log must not stop the daemon.
    try? descriptor.write(all: line.span, to: "log")
  }

  package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  private static func keepsLines(_ descriptor: FileDescriptor) -> Bool {
    let isFile = (try? descriptor.status("log"))?.type == .regular
    return isFile || isatty(descriptor.rawValue) == 1
  }
}

/// The format of a message on one line: its text, then its metadata as `key=value`, sorted by key.
package enum LogText {
  /// The metadata key of a message's identity: MESSAGE_ID in the journal (sd_journal_send(3)); omitted from lines of
  /// text.
  package static let identityKey = "MESSAGE_ID"

  /// One line, without a line end.
  static func line(_ message: String, _ metadata: Logger.Metadata) -> String {
    var text = ""
    append(message, to: &text)
    for (key, value) in metadata.sorted(by: { $0.key < $1.key }) where key != identityKey {
      text += " " + key + "="
      let value = value.description
      let needsQuotes =
        value.isEmpty || value.unicodeScalars.contains { $0 == " " || $0 == "\"" || $0 == "=" }
      if needsQuotes { text += "\"" }
      append(value, escapingQuotes: needsQuotes, to: &text)
      if needsQuotes { text += "\"" }
    }
    return text
  }

  /// Appends `part` with control characters as `\u{N}`, so that no external text can start a new line.
  private static func append(_ part: String, escapingQuotes: Bool = false, to text: inout String) {
    for scalar in part.unicodeScalars {
      if scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) {
        text += "\\u{" + String(scalar.value, radix: 16) + "}"
      } else {
        if escapingQuotes, scalar == "\"" { text += "\\" }
        text.unicodeScalars.append(scalar)
      }
    }
  }
}
