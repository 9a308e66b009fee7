import ArgumentParser
import TOML

/// The daemon's settings on the command line, which take precedence over the environment and the file.
struct ServeArguments: ParsableArguments {
  @OptionGroup var model: ModelOptions
  @OptionGroup var lines: ReadingArguments
  @OptionGroup var spool: SpoolArguments
  @OptionGroup var daemon: SettingArguments<DaemonSettings>

  /// All sources of settings; these flags take precedence.
  ///
  /// - Parameter isAgain: whether this process has read them before.
  func sources(isAgain: Bool = false) throws -> SettingSources {
    let flags = [lines.given, spool.given, daemon.given].reduce(model.given) { $0.merging($1) { $1 } }
    return try SettingSources(flags: flags, file: spool.config, isAgain: isAgain)
  }
}

enum DaemonSettings: SettingGroup { static let flags = Setting.Flags.daemon }

/// The spool and the configuration file: options shared by the daemon and the commands that work with it.
struct SpoolArguments: ParsableArguments {
  @OptionGroup var place: SettingArguments<SpoolSettings>

  @Option(
    help: ArgumentHelp(
      "Configuration file. (default: $ANIMO_CONFIG, or /etc/animo/animo.toml if it exists)",
      valueName: "file"), completion: .file())
  var config: String?

  func validate() throws {
    guard config != "" else { throw ValidationError("--config must not be empty; name a file") }
  }

  /// The given values, by name of the setting.
  var given: [String: TOMLValue] { place.given }

  /// All sources of settings; these flags take precedence.
  func sources() throws -> SettingSources { try SettingSources(flags: given, file: config) }
}

enum SpoolSettings: SettingGroup { static let flags = Setting.Flags.spool }
