import ArgumentParser
import TOML

/// A setting of the daemon: one row of the table `Setting.all`.
///
/// The command line, the environment, the file, `animo config`, reloading, `etc/animo/animo.toml` and the manual pages
/// are made from the rows. To add a setting, add a row and the code that uses the value.
struct Setting: Sendable {
  /// When a changed value takes effect.
  enum Effect {
    /// With the next file, after a reload.
    case nextFile
    /// With the next file; on standard input, an endless file, at the next start.
    case nextFileOfSpool
    case nextStart
  }

  /// The commands that have it as an option.
  enum Flags {
    case spool, model, reading, scoring, daemon
  }

  /// The name in the file, such as `keep_days`; see `SettingName` for other spellings.
  let name: String
  let flags: Flags
  let effect: Effect
  /// A sentence.
  let help: String
  /// Further explanation in the configuration file.
  let manual: String
  /// The default; an empty text stands for a value that depends on something else.
  let standard: TOMLValue

  let expected: String
  let bounds: String?
  /// Parses a text in the environment; nil when it is not `expected`.
  let parse: @Sendable (String) -> TOMLValue?
  /// The value as it is shown and compared; nil when it is not `expected`.
  let check: @Sendable (TOMLValue) -> TOMLValue?
  /// The option of the command line.
  let flag: SettingFlag
  private let put: @Sendable (TOMLValue, inout ServeConfiguration) -> Void

  /// - Parameters:
  ///   - standard: the default; nil for a value that depends on something else.
  ///   - standardText: the default in the help of the command line, if different from `standard`.
  ///   - unit: the name of the value in the help of the command line.
  ///   - put: stores a value in the configuration.
  init<Value>(
    _ name: String, _ type: SettingType<Value>, default standard: Value?, standardText: String? = nil,
    unit: String = "", flags: Flags, effect: Effect = .nextFile, _ help: String,
    manual: String = "", put: @escaping @Sendable (inout ServeConfiguration, Value?) -> Void
  ) {
    (self.name, self.flags, self.effect, self.help, self.manual) = (name, flags, effect, help, manual)
    self.standard = standard.map(type.write) ?? .text("")
    (expected, bounds) = (type.expected, type.bounds)
    parse = { type.parse($0).map(type.write) }
    check = { type.value(of: $0).map(type.write) }
    self.put = { put(&$1, type.read($0)) }
    let words = standardText ?? standard.map { Self.words(type.write($0), name: name) }
    flag = type.flag(
      .customLong(SettingName.hyphenated(name)),
      ArgumentHelp(
        "\(help)" + (words.map { " (default: \($0))" } ?? ""), valueName: unit.isEmpty ? nil : unit))
  }

  /// Stores a value in a configuration; a value of the wrong type is ignored.
  func put(_ value: TOMLValue, into configuration: inout ServeConfiguration) { put(value, &configuration) }

  /// A default as the command line shows it.
  private static func words(_ value: TOMLValue, name: String) -> String {
    switch value {
    case .text(let text): text
    case .array(let values): values.compactMap(\.nonEmptyText).joined(separator: ", ")
    case .truth(let truth): SettingName.flag(name, isOff: !truth)
    default: value.kind
    }
  }
}

/// The name of a setting, in the spelling of each place.
enum SettingName {
  /// The prefix of environment variables.
  static let prefix = "ANIMO_"

  /// Variables that are no settings: of the kernels for AMX, and of programs that run animo as a child.
  static let otherVariables = ["ANIMO_AMX", "ANIMO_PROGRAM"]

  /// `max_line_length` → `--max-line-length`.
  ///
  /// - Parameter isOff: whether to negate it: `cache` → `--no-cache`.
  static func flag(_ key: String, isOff: Bool = false) -> String {
    (isOff ? "--no-" : "--") + hyphenated(key)
  }

  /// `max_line_length` → `max-line-length`.
  static func hyphenated(_ key: String) -> String {
    // An option that may be repeated is named after one of its values.
    let name = key.hasSuffix("_keys") ? String(key.dropLast()) : key
    return String(name.map { $0 == "_" ? "-" : $0 })
  }

  /// `max_line_length` → `ANIMO_MAX_LINE_LENGTH`.
  static func variable(_ key: String) -> String { prefix + key.uppercased() }
}
