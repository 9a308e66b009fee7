import ArgumentParser
import TOML

/// A table of a recipe, read key by key.
///
/// Each key is read with its default and the description of valid values; at the end, `finish` rejects keys that were
/// not read.
struct RecipeTable {
  /// The file, for messages.
  let document: TOMLDocument
  /// The path of the table, empty for the whole recipe.
  let path: String
  private let members: [String: TOMLValue]
  private var known: [String] = []

  /// The whole recipe.
  init(_ document: TOMLDocument) {
    self.init(document, "", document.root)
  }

  private init(_ document: TOMLDocument, _ path: String, _ members: [String: TOMLValue]) {
    (self.document, self.path, self.members) = (document, path, members)
  }

  /// The keys of the table, in alphabetical order.
  var keys: [String] { members.keys.sorted() }

  /// The value of a key; nil when the table does not have it.
  ///
  /// - Parameters:
  ///   - expected: the description of a valid value.
  ///   - read: converts the value; nil if it is invalid.
  mutating func value<Value>(
    _ key: String, expected: String, _ read: (TOMLValue) -> Value?
  ) throws(SettingError) -> Value? {
    known.append(key)
    guard let node = members[key] else { return nil }
    guard let value = read(node) else { throw error(key, expected: expected, found: node.kind) }
    return value
  }

  /// The table of a key; an empty one when there is none.
  mutating func table(_ key: String) throws(SettingError) -> RecipeTable {
    try optionalTable(key) ?? RecipeTable(document, path(of: key), [:])
  }

  /// The table of a key; nil when there is none.
  mutating func optionalTable(_ key: String) throws(SettingError) -> RecipeTable? {
    let members = try value(key, expected: "a table [\(path(of: key))]") { node -> [String: TOMLValue]? in
      if case .table(let members) = node { members } else { nil }
    }
    return members.map { RecipeTable(document, path(of: key), $0) }
  }

  /// The tables `[[key]]`, in order.
  mutating func tables(_ key: String) throws(SettingError) -> [RecipeTable] {
    let tables = try value(key, expected: "tables [[\(path(of: key))]]") { node -> [[String: TOMLValue]]? in
      guard case .array(let nodes) = node else { return nil }
      let tables = nodes.compactMap { if case .table(let members) = $0 { members } else { nil } }
      return tables.count == nodes.count ? tables : nil
    }
    return (tables ?? []).enumerated().map { RecipeTable(document, "\(path(of: key))[\($0 + 1)]", $1) }
  }

  /// Checks that all keys have been read.
  ///
  /// - Throws: `SettingError` for a key that was not read.
  func finish() throws(SettingError) {
    guard let unknown = keys.first(where: { !known.contains($0) }) else { return }
    throw error(
      unknown, expected: path.isEmpty ? "a name that recipes have" : "a name that [\(path)] has",
      found: "\"\(unknown)\"",
      remedy: NearestName.remedy(for: unknown, among: known))
  }

  /// The error for a key.
  func error(_ key: String, expected: String, found: String, remedy: String? = nil) -> SettingError {
    SettingError(
      source: document.path, line: document.line(of: path(of: key)), key: path(of: key),
      expected: expected, found: found, remedy: remedy)
  }

  private func path(of key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }
}

// Keys by type, with defaults; the types are those of the table of settings.
extension RecipeTable {
  mutating func value<Value>(_ key: String, _ type: SettingType<Value>) throws(SettingError) -> Value? {
    try value(key, expected: type.expected, type.value)
  }

  mutating func truth(_ key: String, default standard: Bool) throws(SettingError) -> Bool {
    try optionalTruth(key) ?? standard
  }

  mutating func optionalTruth(_ key: String) throws(SettingError) -> Bool? { try value(key, .truth) }

  mutating func integer(
    _ key: String, _ range: ClosedRange<Int>, default standard: Int
  ) throws(SettingError) -> Int {
    try value(key, .integer(range)) ?? standard
  }

  /// - Parameter bounds: the description of the valid range.
  mutating func number(
    _ key: String, _ bounds: String, _ isAllowed: @escaping @Sendable (Double) -> Bool,
    default standard: Double
  ) throws(SettingError) -> Double {
    try value(key, .number(bounds, isAllowed)) ?? standard
  }

  mutating func positive(_ key: String, default standard: Double) throws(SettingError) -> Double {
    try value(key, .positive) ?? standard
  }

  mutating func share(_ key: String, default standard: Double) throws(SettingError) -> Double {
    try value(key, .share) ?? standard
  }

  /// A limit; 0 stands for no limit.
  mutating func limit(_ key: String, default standard: Double?) throws(SettingError) -> Double? {
    let limit = try number(key, "from 0; 0 for no limit", { $0 >= 0 }, default: standard ?? 0)
    return limit > 0 ? limit : nil
  }

  mutating func text(_ key: String) throws(SettingError) -> String? { try value(key, .text) }

  mutating func texts(_ key: String) throws(SettingError) -> [String] { try value(key, .texts) ?? [] }

  /// One of the names of an enumeration.
  mutating func choice<Choice: RawRepresentable & CaseIterable & ExpressibleByArgument & Sendable>(
    _ key: String, default standard: Choice
  ) throws(SettingError) -> Choice where Choice.RawValue == String {
    try value(key, .choice) ?? standard
  }

  /// A row of the table of settings; nil if the recipe does not contain it. An empty text selects the default, as in
  /// `animo.toml`.
  mutating func value(_ key: String, of setting: Setting) throws(SettingError) -> TOMLValue? {
    try value(key, expected: setting.expected) { node -> TOMLValue? in
      node == TOMLValue.text("") ? setting.standard : setting.check(node)
    }
  }
}
