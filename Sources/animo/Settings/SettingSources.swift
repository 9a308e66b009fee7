import FoundationEssentials
import Glibc
import TOML

/// The sources of settings, in order of precedence: flags, environment, file.
struct SettingSources {
  /// The values on the command line, by name of the setting.
  let flags: [String: TOMLValue]
  /// The variables whose names begin with `ANIMO_` and that are not empty.
  let environment: [String: String]
  let document: TOMLDocument?

  /// The default path of the file.
  static let standardFile = "/etc/animo/animo.toml"

  init(flags: [String: TOMLValue], environment: [String: String], document: TOMLDocument?) {
    self.flags = flags
    self.environment = environment.filter { $0.key.hasPrefix(SettingName.prefix) && !$0.value.isEmpty }
    self.document = document
  }

  /// Reads the environment of the process and a file.
  ///
  /// - Parameters:
  ///   - file: its path; by default the one that `ANIMO_CONFIG` names, or `/etc/animo/animo.toml` if it exists.
  ///   - isAgain: whether this process has read it before.
  /// - Throws: `CommandFailure` or `SettingError` if the file cannot be read or is not TOML.
  init(flags: [String: TOMLValue], file: String?, isAgain: Bool = false) throws {
    let environment = ProcessInfo.processInfo.environment
    let named = file ?? environment[SettingName.variable("config")].flatMap { $0.isEmpty ? nil : $0 }
    self.init(flags: flags, environment: environment, document: try Self.document(named, isAgain: isAgain))
  }

  /// The value of a setting and its origin. An empty text is ignored.
  ///
  /// - Throws: `SettingError` if the value of the source that takes precedence is invalid.
  func value(of setting: Setting) throws(SettingError) -> (value: TOMLValue, origin: SettingOrigin) {
    let (name, empty) = (setting.name, TOMLValue.text(""))
    if let given = flags[name], given != empty {
      let origin = SettingOrigin.flag(SettingName.flag(name, isOff: given == .truth(false)))
      return (try checked(setting.check(given), setting, origin, found: given.kind), origin)
    }
    let variable = SettingName.variable(name)
    if let text = environment[variable] {
      let origin = SettingOrigin.variable(variable)
      // What is not UTF-8 has been repaired by now, and would name another file.
      guard !text.unicodeScalars.contains("\u{FFFD}") else {
        throw SettingError(setting.name, at: origin, expected: "UTF-8 text", found: "\"\(text)\"")
      }
      let value = setting.parse(text).flatMap(setting.check)
      return (try checked(value, setting, origin, found: "\"\(text)\""), origin)
    }
    if let document, let node = document.root[name], node != empty {
      let origin = SettingOrigin.file(document.path, line: document.line(of: name))
      let remedy = setting.check(.array([node])).map { _ in "write [\(node.kind)]" }
      return (
        try checked(setting.check(node), setting, origin, found: node.kind, remedy: remedy), origin
      )
    }
    return (setting.standard, .standard)
  }

  private func checked(
    _ value: TOMLValue?, _ setting: Setting, _ origin: SettingOrigin, found: String, remedy: String? = nil
  ) throws(SettingError) -> TOMLValue {
    guard let value else {
      var error = SettingError(setting.name, at: origin, expected: setting.expected, found: found)
      error.remedy = remedy
      throw error
    }
    return value
  }

  private static func document(_ path: String?, isAgain: Bool) throws -> TOMLDocument? {
    do {
      return try TOMLDocument(path: path ?? standardFile, isAgain: isAgain)
    } catch let failure as CommandFailure where failure.status == .noInput && path == nil {
      return nil
    } catch let failure as CommandFailure {
      throw CommandFailure(.configuration, failure.message)
    }
  }
}

// Unknown names.
extension SettingSources {
  /// - Throws: `SettingError` for the first line of the file with such a name.
  func refuseUnknownNames() throws(SettingError) {
    guard let document else { return }
    let known = Setting.all.map(\.name)
    func line(_ name: String) -> Int { document.line(of: name) ?? .max }
    let unknown = document.root.keys.filter { !known.contains($0) }.min { line($0) < line($1) }
    guard let unknown else { return }
    throw SettingError(
      source: document.path, line: document.line(of: unknown), key: unknown,
      expected: "a name that this file may have", found: "\"\(unknown)\"",
      remedy: NearestName.remedy(for: unknown, among: known))
  }

  /// Unknown environment variables with our prefix, each with the nearest known one.
  ///
  /// They are not errors: a cluster may set variables such as `ANIMO_PORT` for a service of that name.
  var unknownVariables: [(name: String, nearest: String?)] {
    let names = Setting.all.map(\.name) + ["config"]
    let known = names.map(SettingName.variable) + SettingName.otherVariables
    return environment.keys.filter { !known.contains($0) }.sorted().map {
      // Without the prefix, which all have in common: with it any short name would be near another.
      let name = $0.dropFirst(SettingName.prefix.count).lowercased()
      return ($0, NearestName.of(name, among: names).map(SettingName.variable))
    }
  }
}

/// The origin of a setting's value.
enum SettingOrigin: Equatable {
  /// The command line; the flag's name.
  case flag(String)
  /// The environment; the variable's name.
  case variable(String)
  /// The configuration file, and the line where that is known.
  case file(String, line: Int?)
  /// The default.
  case standard
}

extension SettingOrigin: CustomStringConvertible {
  var description: String {
    switch self {
    case .flag(let name), .variable(let name): name
    case .file(let path, let line): path + (line.map { ":\($0)" } ?? "")
    case .standard: "default"
    }
  }
}

extension SettingError {
  /// The error for a setting that came from `origin`.
  init(_ key: String, at origin: SettingOrigin, expected: String, found: String) {
    switch origin {
    case .file(let path, let line):
      self.init(source: path, line: line, key: key, expected: expected, found: found)
    case .flag(let name), .variable(let name):
      self.init(source: name, expected: expected, found: found)
    case .standard:
      self.init(source: "defaults", key: key, expected: expected, found: found)
    }
  }
}

/// The process's environment.
enum Environment {
  /// The value of a variable, or nil when it is not set or empty.
  static func value(of name: String) -> String? {
    // Sound: the string is copied before anything could change the environment.
    guard let value = unsafe getenv(name) else { return nil }
    let text = unsafe String(cString: value)
    return text.isEmpty ? nil : text
  }
}
