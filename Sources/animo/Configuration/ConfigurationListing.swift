import Statistics

/// A configuration for people and for scripts: each value with where it came from.
struct ConfigurationListing {
  private let configuration: ResolvedConfiguration

  init(_ configuration: ResolvedConfiguration) {
    self.configuration = configuration
  }

  /// A setting a line: name, value, origin.
  var text: String {
    TextTable(columns: [.left, .left, .left]).text(
      configuration.values.settings.map { name, value in [name, value.kind, origin(name).description] })
  }

  /// An object with a member for each setting.
  var json: String {
    JSONText.object(
      configuration.values.settings.map { name, value in
        (name, .object([("value", Self.json(value))] + Self.members(of: origin(name))))
      }
    ).indented + "\n"
  }

  private func origin(_ name: String) -> SettingOrigin { configuration.origins[name] ?? .standard }

  private static func members(of origin: SettingOrigin) -> [(String, JSONText)] {
    switch origin {
    case .flag(let name): [("from", .string("flag")), ("flag", .string(name))]
    case .variable(let name): [("from", .string("environment")), ("variable", .string(name))]
    case .file(let path, let line):
      [("from", .string("file")), ("file", .string(path))] + (line.map { [("line", .integer($0))] } ?? [])
    case .standard: [("from", .string("default"))]
    }
  }

  private static func json(_ value: TOMLNode) -> JSONText {
    switch value {
    case .text(let text): .string(text)
    case .integer(let integer): .integer(integer)
    case .number(let number): .decimal(number, places: 6)
    case .truth(let truth): .truth(truth)
    case .array(let nodes): .array(nodes.map(json))
    case .table, .other: .string(value.kind)
    }
  }
}
