internal import CSystemd
internal import Glibc
package import Logging

/// Writes messages into systemd's journal with their metadata as fields: sd_journal_sendv(3).
///
/// `MESSAGE` is the line that `TextLogHandler` writes. Its metadata are also fields, for searching: `journalctl -u
/// animo SRC=tweets.jsonl`. The name of a file is `SRC`, its job `JOB`, the reason of a refusal `REASON`; others have
/// the program's name as a prefix: `ANIMO_REJECTED`. `MESSAGE_ID` identifies the message if the metadata contain
/// `LogText.identityKey`.
package struct JournalLogHandler: LogHandler {
  package var metadata: Logger.Metadata = [:]
  package var metadataProvider: Logger.MetadataProvider?
  package var logLevel = Logger.Level.info

  private let identifier: String

  /// - Parameter identifier: the program's name: SYSLOG_IDENTIFIER, and the prefix of fields.
  package init(identifier: String) {
    self.identifier = identifier
  }

  /// Whether standard error goes to the journal: `$JOURNAL_STREAM` holds its device and inode (systemd.exec(5)).
  ///
  /// If it has been redirected, the variable still exists but refers to another file.
  package static var isStandardErrorJournal: Bool {
    guard let variable = unsafe getenv("JOURNAL_STREAM") else { return false }
    var status = stat()
    // Sound: the record is only written during the call; the variable's text is copied at once.
    guard unsafe fstat(STDERR_FILENO, &status) == 0 else { return false }
    return unsafe String(cString: variable) == "\(status.st_dev):\(status.st_ino)"
  }

  package func log(event: LogEvent) {
    var fields = metadata
    fields.merge(metadataProvider?.get() ?? [:]) { _, new in new }
    fields.merge(event.metadata ?? [:]) { _, new in new }
    if let error = event.error { fields["error"] = "\(error)" }
    Self.send(
      entry(
        event.message.description, event.level, fields,
        code: ("CODE_FILE=\(event.file)", "CODE_LINE=\(event.line)", "CODE_FUNC=\(event.function)")))
  }

  package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  /// The entry's fields, each as `NAME=value`.
  func entry(
    _ sentence: String, _ level: Logger.Level, _ fields: Logger.Metadata, code: (String, String, String)
  ) -> [String] {
    var facts = fields
    let identity = facts.removeValue(forKey: LogText.identityKey)
    return ["MESSAGE=" + LogText.line(sentence, facts), "PRIORITY=\(Self.priority(of: level))"]
      + (identity.map { ["MESSAGE_ID=\($0)"] } ?? [])
      + ["SYSLOG_IDENTIFIER=" + identifier, code.0, code.1, code.2]
      + facts.sorted { $0.key < $1.key }.map { fieldName(for: $0.key) + "=" + $0.value.description }
  }

  /// Fields without the prefix.
  private static let plainNames = ["file": "SRC", "src": "SRC", "job": "JOB", "reason": "REASON"]

  /// `tweets-per-second` → `ANIMO_TWEETS_PER_SECOND`: the journal accepts A–Z, 0–9 and `_`, at most 64 bytes.
  private func fieldName(for key: String) -> String {
    if let name = Self.plainNames[key] { return name }
    let name = (identifier + "_" + key).unicodeScalars.map { scalar in
      scalar.properties.isASCIIHexDigit || scalar.isASCII && scalar.properties.isAlphabetic
        ? Character(scalar).uppercased() : "_"
    }
    return String(name.joined().prefix(64))
  }

  /// syslog(3)'s priorities.
  private static func priority(of level: Logger.Level) -> Int32 {
    switch level {
    case .trace, .debug: LOG_DEBUG
    case .info: LOG_INFO
    case .notice: LOG_NOTICE
    case .warning: LOG_WARNING
    case .error: LOG_ERR
    case .critical: LOG_CRIT
    }
  }

  private static func send(_ fields: [String]) {
    var bytes: [UInt8] = []
    var ranges: [Range<Int>] = []
    for field in fields {
      let start = bytes.count
      bytes.append(contentsOf: field.utf8)
      ranges.append(start..<bytes.count)
    }
    unsafe bytes.withUnsafeMutableBytes { bytes in
      // Sound: the vectors point into the array, which is only read and outlives the call.
      let vectors = unsafe ranges.map { range in
        unsafe iovec(iov_base: bytes.baseAddress?.advanced(by: range.lowerBound), iov_len: range.count)
      }
      _ = unsafe sd_journal_sendv(vectors, Int32(vectors.count))
    }
  }
}
