import ArgumentParser
import Configuration

/// What of the daemon's configuration the command line may say: it wins over the environment and the file.
struct ServeArguments: ParsableArguments {
  @OptionGroup var model: ModelOptions
  @OptionGroup var lines: ReadingArguments
  @OptionGroup var spool: SpoolArguments

  @Option(
    help: ArgumentHelp(
      "How long a file must rest before it is taken, if it was not renamed into the inbox. (default: 0.5)",
      valueName: "seconds"))
  var settle: Double?

  @Option(help: ArgumentHelp("For how long done/ keeps inputs. (default: 7)", valueName: "days"))
  var keepDays: Int?

  @Option(help: ArgumentHelp("How much done/ keeps at most. (default: 1024)", valueName: "MiB"))
  var keepSize: Int?

  @Option(help: "What is logged: debug, info, warning or error. (default: info)")
  var logLevel: LogThreshold?

  func validate() throws {
    guard settle.map(ServeConfiguration.settleRange.contains) ?? true else {
      throw ValidationError("--settle must be between 0 and 3600")
    }
    guard keepDays.map(ServeConfiguration.keepDaysRange.contains) ?? true else {
      throw ValidationError("--keep-days must be between 0 and 36500")
    }
    guard keepSize.map(ServeConfiguration.keepSizeRange.contains) ?? true else {
      throw ValidationError("--keep-size must be between 0 and \(1 << 30)")
    }
  }

  /// What was given, by the settings' names.
  var given: [String: ConfigContent] {
    let inputs = lines.inputs
    let all: [String: ConfigContent?] = [
      "model": model.model.map(ConfigContent.string), "clean": .name(model.clean),
      "kernel": model.kernel.map(ConfigContent.string), "cache": model.cache.map(ConfigContent.bool),
      "word_table": model.wordTable.map(ConfigContent.int),
      "threshold": lines.threshold.map(ConfigContent.double), "emit": .name(lines.emit),
      "input": .name(inputs.input),
      "text_keys": inputs.textKey.isEmpty ? nil : .stringArray(inputs.textKey),
      "encoding": .name(inputs.encoding), "invalid_utf8": .name(inputs.invalidUTF8),
      "max_line_length": inputs.maxLineLength.map(ConfigContent.int),
      "workers": lines.workers.map(ConfigContent.int), "settle": settle.map(ConfigContent.double),
      "keep_days": keepDays.map(ConfigContent.int), "keep_size": keepSize.map(ConfigContent.int),
      "log_level": .name(logLevel),
    ]
    return all.compactMapValues { $0 }.merging(spool.given) { $1 }
  }

  /// All sources of settings, these flags the strongest.
  func sources() throws -> SettingSources { try SettingSources(flags: given, file: spool.config) }
}

/// Where the daemon works: what it and the commands that speak to it have in common.
struct SpoolArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The spool's folder; made if it does not exist. (default: /var/spool/animo)", valueName: "dir"))
  var spool: String?

  @Option(
    help: ArgumentHelp(
      "The folder that the daemon remembers its work in. (default: state in the spool)", valueName: "dir"))
  var state: String?

  @Option(
    help: ArgumentHelp(
      "The configuration file. (default: $ANIMO_CONFIG, or /etc/animo/animo.toml if there is one)",
      valueName: "file"))
  var config: String?

  /// What was given, by the settings' names.
  var given: [String: ConfigContent] {
    let all = ["spool": spool.map(ConfigContent.string), "state": state.map(ConfigContent.string)]
    return all.compactMapValues { $0 }
  }

  /// All sources of settings, these flags the strongest.
  func sources() throws -> SettingSources { try SettingSources(flags: given, file: config) }
}

extension ConfigContent {
  /// The name of one of several.
  fileprivate static func name<Choice: RawRepresentable>(_ choice: Choice?) -> ConfigContent?
  where Choice.RawValue == String {
    choice.map { .string($0.rawValue) }
  }
}
