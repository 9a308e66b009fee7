import Configuration
import FoundationEssentials

/// All that says how the daemon is to work, the strongest first: flags, environment, file.
struct SettingSources {
  /// What the command line has, by the settings' names.
  let flags: [String: ConfigContent]
  /// The variables whose names begin with `ANIMO_` and that are not empty.
  let environment: [String: String]
  let document: TOMLDocument?

  /// Where the file is that nobody names.
  static let standardFile = "/etc/animo/animo.toml"

  init(flags: [String: ConfigContent], environment: [String: String], document: TOMLDocument?) {
    self.flags = flags
    self.environment = environment.filter { $0.key.hasPrefix(SettingName.prefix) && !$0.value.isEmpty }
    self.document = document
  }

  /// Takes the environment of the process, and reads a file.
  ///
  /// - Parameter file: its path; by default the one that `ANIMO_CONFIG` names, or `/etc/animo/animo.toml` if there is
  ///   one.
  /// - Throws: `CommandFailure` or `SettingError` when the file cannot be read or is no TOML.
  init(flags: [String: ConfigContent], file: String?) throws {
    let environment = ProcessInfo.processInfo.environment
    let named = file ?? environment[SettingName.variable("config")].flatMap { $0.isEmpty ? nil : $0 }
    self.init(flags: flags, environment: environment, document: try Self.document(named))
  }

  /// From the strongest to the weakest.
  var providers: [any ConfigProvider] {
    let given = flags.map { key, content in
      (AbsoluteConfigKey([key]), ConfigValue(content, isSecret: false))
    }
    let file: [any ConfigProvider] = document.map { [TOMLProvider(document: $0)] } ?? []
    return [
      InMemoryProvider(name: "flags", values: Dictionary(uniqueKeysWithValues: given)),
      EnvironmentVariablesProvider(environmentVariables: environment).prefixKeys(with: "animo"),
    ] + file
  }

  /// Where the provider with that number has a setting.
  func origin(_ key: String, provider: Int) -> SettingOrigin {
    switch (provider, document) {
    case (0, _): .flag(SettingName.flag(key))
    case (1, _): .variable(SettingName.variable(key))
    case (_, let document?): .file(document.path, line: document.lines.line(of: key))
    case (_, nil): .standard
    }
  }

  private static func document(_ path: String?) throws -> TOMLDocument? {
    do {
      return try TOMLDocument(path: path ?? standardFile)
    } catch let failure as CommandFailure where failure.status == .noInput && path == nil {
      return nil
    } catch let failure as CommandFailure {
      throw CommandFailure(.configuration, failure.message)
    }
  }
}
