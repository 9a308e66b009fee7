/// Where the value of a setting came from.
enum SettingOrigin: Equatable {
  /// The command line; the flag's name.
  case flag(String)
  /// The environment; the variable's name.
  case variable(String)
  /// The configuration file, and the line where that is known.
  case file(String, line: Int?)
  /// Nobody has said anything.
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

/// What a setting is called: the same name everywhere, spelt as each place spells names.
enum SettingName {
  /// What the names of environment variables begin with.
  static let prefix = "ANIMO_"

  /// `max_line_length` → `--max-line-length`.
  static func flag(_ key: String) -> String {
    "--" + String(key.map { $0 == "_" ? "-" : $0 })
  }

  /// `max_line_length` → `ANIMO_MAX_LINE_LENGTH`.
  static func variable(_ key: String) -> String { prefix + key.uppercased() }
}

extension SettingError {
  /// What is wrong with a setting that came from `origin`.
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
