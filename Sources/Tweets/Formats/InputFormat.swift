/// How an input's bytes are divided into tweets.
package enum InputFormat: String, CaseIterable, Sendable {
  /// A JSON object a line (JSON Lines, NDJSON).
  case jsonl
  /// A tweet a line.
  case text
  /// Comma-separated values (RFC 4180), or with another delimiter.
  case csv
  /// Values separated by tabs, where quotes are characters.
  case tsv

  /// Whether its records are rows, which may span lines.
  package var isTable: Bool { self == .csv || self == .tsv }

  /// The format that a file's name promises (`tweets.csv`, `tweets.csv.xz`), or nil when its ending is unknown.
  package init?(fileName: String) {
    var name = fileName.lowercased()[...]
    if let ending = Self.compressionEnding(of: fileName) { name = name.dropLast(ending.count) }
    guard let dot = name.lastIndex(of: ".") else { return nil }
    switch name[name.index(after: dot)...] {
    case "jsonl", "ndjson", "json": self = .jsonl
    case "txt", "text": self = .text
    case "csv": self = .csv
    case "tsv": self = .tsv
    default: return nil
    }
  }

  /// The ending of compression that a file's name has: `.gz` of `tweets.csv.gz`.
  package static func compressionEnding(of fileName: String) -> String? {
    Compression(fileName: fileName)?.ending
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
