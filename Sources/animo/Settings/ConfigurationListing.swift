import JSON
import TOML

/// A listing of a configuration, as text or JSON: each value and its origin.
struct ConfigurationListing {
  private let configuration: ResolvedConfiguration

  init(_ configuration: ResolvedConfiguration) {
    self.configuration = configuration
  }

  /// One line per setting: name, value, origin.
  var text: String {
    TextTable(columns: [.left, .left, .left]).text(
      Setting.all.map(\.name).map { [$0, configuration.values[$0].kind, origin($0).description] })
  }

  /// An object with a member for each setting.
  var json: String {
    JSONValue.object(
      Setting.all.map(\.name).map { name in
        (name, .object([("value", Self.json(configuration.values[name]))] + Self.members(of: origin(name))))
      }
    ).indented + "\n"
  }

  private func origin(_ name: String) -> SettingOrigin { configuration.origins[name] ?? .standard }

  private static func members(of origin: SettingOrigin) -> [(String, JSONValue)] {
    switch origin {
    case .flag(let name): [("from", .string("flag")), ("flag", .string(name))]
    case .variable(let name): [("from", .string("environment")), ("variable", .string(name))]
    case .file(let path, let line):
      [("from", .string("file")), ("file", .string(path))] + (line.map { [("line", .integer($0))] } ?? [])
    case .standard: [("from", .string("default"))]
    }
  }

  private static func json(_ value: TOMLValue) -> JSONValue {
    switch value {
    case .text(let text): .string(text)
    case .integer(let integer): .integer(integer)
    case .number(let number): .decimal(number, places: 6)
    case .truth(let truth): .bool(truth)
    case .array(let nodes): .array(nodes.map(json))
    case .table, .date: .string(value.kind)
    }
  }
}
