import ArgumentParser
import TOML

/// Rows of the table as options of a command, in place of `@Option` properties.
///
/// The parser finds the options of a type by reflection and passes the given values by decoding. This type implements
/// both from the table.
struct SettingArguments<Group: SettingGroup>: ParsableArguments, CustomReflectable {
  /// The given values, by name of the setting.
  private(set) var given: [String: TOMLValue] = [:]

  init() {}

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: SettingKey.self)
    for setting in Group.settings {
      given[setting.name] = try setting.flag.value(container, SettingKey(stringValue: setting.name))
    }
  }

  var customMirror: Mirror {
    Mirror(self, children: Group.settings.map { Mirror.Child(label: $0.name, value: $0.flag.definition()) })
  }

  func validate() throws {
    for setting in Group.settings {
      guard let value = given[setting.name] else { continue }
      let flag = SettingName.flag(setting.name)
      guard setting.bounds == nil || setting.check(value) != nil else {
        throw ValidationError("\(flag) must be \(setting.expected)")
      }
      guard !Self.isEmpty(value) else {
        throw ValidationError("\(flag) must not be empty; leave it out for the default")
      }
    }
  }

  /// Whether a value is or has an empty text, as that of a variable that a script has not set.
  private static func isEmpty(_ value: TOMLValue) -> Bool {
    if case .array(let values) = value { return values.contains(.text("")) }
    return value == .text("")
  }

  /// The given values, and the defaults of all other settings.
  var configuration: ServeConfiguration { ServeConfiguration(given) }
}

/// Some rows of the table.
protocol SettingGroup {
  static var flags: Setting.Flags { get }
}

extension SettingGroup {
  static var settings: [Setting] { Setting.byFlags[flags] ?? [] }
}

/// A row as an option of the command line.
struct SettingFlag: Sendable {
  /// The definition for the parser.
  let definition: @Sendable () -> Any
  /// The given value; nil if the option was not given.
  let value: @Sendable (KeyedDecodingContainer<SettingKey>, SettingKey) throws -> TOMLValue?

  init<Wrapper: Decodable & Sendable>(
    _ wrapper: Wrapper, _ value: @escaping @Sendable (Wrapper) -> TOMLValue?
  ) {
    definition = { wrapper }
    self.value = { container, key in value(try container.decode(Wrapper.self, forKey: key)) }
  }
}

/// The name of a setting, as the parser asks for it.
struct SettingKey: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }

  init(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}
