/// A table of a recipe that is being read key by key.
///
/// Each key is asked for with its default and what it has to be; at the end `finish` finds those that nobody
/// asked for.
struct RecipeTable: StrictSettings {
  /// The file, for messages.
  let document: TOMLDocument
  /// The path of the table, empty for the whole recipe.
  let path: String
  private let members: [String: TOMLNode]
  private var known: [String] = []

  /// The whole recipe.
  init(_ document: TOMLDocument) {
    self.init(document, "", document.root)
  }

  private init(_ document: TOMLDocument, _ path: String, _ members: [String: TOMLNode]) {
    (self.document, self.path, self.members) = (document, path, members)
  }

  /// The keys that the table has, in the order of letters.
  var keys: [String] { members.keys.sorted() }

  /// The value of a key; nil when the table does not have it.
  ///
  /// - Parameters:
  ///   - expected: what it has to be, in words.
  ///   - read: makes that of the value; nil when it is not.
  mutating func value<Value>(
    _ key: String, expected: String, _ read: (TOMLNode) -> Value?
  ) throws(SettingError) -> Value? {
    known.append(key)
    guard let node = members[key] else { return nil }
    guard let value = read(node) else { throw error(key, expected: expected, found: node.kind) }
    return value
  }

  mutating func value<Value>(
    _ key: String, as kind: SettingKind, expected: String, _ read: (TOMLNode) -> Value?
  ) throws(SettingError) -> Value? {
    try value(key, expected: expected, read)
  }

  /// The table of a key; an empty one when there is none.
  mutating func table(_ key: String) throws(SettingError) -> RecipeTable {
    try optionalTable(key) ?? RecipeTable(document, path(of: key), [:])
  }

  /// The same, nil when there is none.
  mutating func optionalTable(_ key: String) throws(SettingError) -> RecipeTable? {
    let members = try value(key, expected: "a table [\(path(of: key))]") { node -> [String: TOMLNode]? in
      if case .table(let members) = node { members } else { nil }
    }
    return members.map { RecipeTable(document, path(of: key), $0) }
  }

  /// The tables `[[key]]`, in order.
  mutating func tables(_ key: String) throws(SettingError) -> [RecipeTable] {
    let tables = try value(key, expected: "tables [[\(path(of: key))]]") { node -> [[String: TOMLNode]]? in
      guard case .array(let nodes) = node else { return nil }
      let tables = nodes.compactMap { if case .table(let members) = $0 { members } else { nil } }
      return tables.count == nodes.count ? tables : nil
    }
    return (tables ?? []).enumerated().map { RecipeTable(document, "\(path(of: key))[\($0 + 1)]", $1) }
  }

  /// Says that all keys have been asked for.
  ///
  /// - Throws: when there is another one.
  func finish() throws(SettingError) {
    guard let unknown = keys.first(where: { !known.contains($0) }) else { return }
    throw error(
      unknown, expected: path.isEmpty ? "a name that recipes have" : "a name that [\(path)] has",
      found: "\"\(unknown)\"",
      remedy: NearestName.remedy(for: unknown, among: known))
  }

  /// What to throw about a key.
  func error(_ key: String, expected: String, found: String, remedy: String? = nil) -> SettingError {
    SettingError(
      source: document.path, line: document.lines.line(of: path(of: key)), key: path(of: key),
      expected: expected, found: found, remedy: remedy)
  }

  private func path(of key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }
}
