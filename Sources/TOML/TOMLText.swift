/// A text in TOML 1.0 (https://toml.io/en/v1.0.0), read strictly: its values, and their lines.
///
/// Whatever the bytes are, the answer is a document or an error with its line, in a time that grows with their number.
/// Tables may nest 64 deep, those of arrays and dotted keys included, and a name together with those of the tables that
/// it is in may have 1,024 bytes.
package struct TOMLText: Equatable, Sendable {
  /// The members of the top-level table.
  package let root: [String: TOMLValue]
  /// From 1, by the path of the key or table: `classifier.rate`, `language_model[2].epochs`.
  private let lines: [String: Int]

  /// How deep tables and arrays may nest.
  static let maximumDepth = 64
  /// How long the path of a key may be, as each key has one of its own.
  static let longestPath = 1024

  /// - Throws: `TOMLError` for the first thing that is wrong.
  package init(_ text: String) throws(TOMLError) {
    var reader = TOMLReader(text)
    root = try reader.read()
    lines = reader.lines
  }

  /// The line of a key; if it has none, as in an array, that of the key or table that contains it.
  package func line(of path: String) -> Int? {
    if let line = lines[path] { return line }
    guard let dot = path.lastIndex(of: ".") else { return nil }
    return line(of: String(path[..<dot]))
  }
}

/// A table while it is being read: the same one may be added to from several places of the text.
final class TOMLTable {
  /// How it came about, which decides what may still be added to it.
  enum Origin {
    /// A header names a table inside of it: its own header may follow.
    case implied
    /// It has had its header.
    case header
    /// Keys with dots made it: it has no header, and only such keys may add to it.
    case dotted
  }

  enum Member {
    case value(TOMLValue)
    case table(TOMLTable)
    /// `[[name]]`.
    case tables(TOMLTables)
  }

  var members: [String: Member] = [:]
  var origin: Origin
  /// Where it is, for messages and lines; empty for the top level.
  let path: String
  let depth: Int

  init(_ origin: Origin, path: String, depth: Int) {
    (self.origin, self.path, self.depth) = (origin, path, depth)
  }

  /// The path of a member.
  func path(of key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

  /// All that has been read, as values.
  var values: [String: TOMLValue] {
    members.mapValues { member in
      switch member {
      case .value(let value): value
      case .table(let table): .table(table.values)
      case .tables(let tables): .array(tables.all.map { .table($0.values) })
      }
    }
  }
}

/// The tables of an array while it is being read: each `[[name]]` adds one in place.
final class TOMLTables {
  var all: [TOMLTable]

  init(_ first: TOMLTable) { all = [first] }
}
