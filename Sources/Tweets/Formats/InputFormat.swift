/// How an input's bytes are divided into tweets.
package enum InputFormat: String, CaseIterable, Sendable {
  /// A JSON object a line (JSON Lines, NDJSON).
  case jsonl
  /// A tweet a line.
  case text
  /// Comma-separated values with a header (RFC 4180).
  case csv
  /// The same with tabs.
  case tsv

  /// Whether its records are rows, which may span lines.
  package var isTable: Bool { self == .csv || self == .tsv }

  /// The format that a file's name promises (`tweets.csv`, `tweets.csv.xz`), or nil when its ending is unknown.
  package init?(fileName: String) {
    var name = fileName.lowercased()[...]
    if name.hasSuffix(".gz") || name.hasSuffix(".xz") { name = name.dropLast(3) }
    guard let dot = name.lastIndex(of: ".") else { return nil }
    switch name[name.index(after: dot)...] {
    case "jsonl", "ndjson", "json": self = .jsonl
    case "txt", "text": self = .text
    case "csv": self = .csv
    case "tsv": self = .tsv
    default: return nil
    }
  }

  /// The format that the first non-blank byte suggests: `{` begins JSON, all else is text.
  package init(firstByte: UInt8) {
    self = firstByte == UInt8(ascii: "{") ? .jsonl : .text
  }
}

/// How the lines of one input are to be understood, known once its beginning has been read.
package enum RecordFormat: Sendable {
  /// Each line is a JSON object.
  case object
  /// Each line is a tweet.
  case text
  /// Each record is a row under a header.
  case row(DelimitedHeader)
}
