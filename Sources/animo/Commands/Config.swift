import ArgumentParser
import Scoring

/// `animo config`: the configuration of the daemon.
struct Config: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config",
    abstract: "Check or show the configuration of the daemon.",
    discussion: """
      EXAMPLE
        $ animo config show

      Every option of animo serve has the same name in three places: --log-level on the command line, \
      ANIMO_LOG_LEVEL in the environment, log_level in the file (only text_keys, id_keys and time_keys lose \
      their s on the command line: --text-key). The command line takes precedence over the environment, the \
      environment over the file, and the file over the built-in defaults. The file is the one named by \
      --config or ANIMO_CONFIG, or else /etc/animo/animo.toml.
      """,
    subcommands: [Check.self, Show.self, Default.self])

  /// `animo config check`: whether the daemon would accept a configuration.
  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "check",
      abstract: "Check a configuration file, the environment and the model named in them.",
      discussion: """
        EXAMPLE
          $ animo config check /etc/animo/animo.toml && animo reload --wait

        Prints nothing and exits with status 0 if the configuration is valid. Otherwise prints the line and \
        name at fault and exits with status 78.
        """)

    @Argument(
      help: ArgumentHelp(
        "Configuration file. (default: $ANIMO_CONFIG, or /etc/animo/animo.toml if it exists)",
        valueName: "file"), completion: .file())
    var file: String?

    func run() throws {
      let configuration = try ResolvedConfiguration(SettingSources(flags: [:], file: file))
      configuration.warn()
      _ = try configuration.makeEngine(badLines: .deadLetter)
    }
  }

  /// `animo config show`: every setting and its origin.
  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show",
      abstract: "Show the value of every setting and its origin.",
      discussion: """
        EXAMPLES
          $ animo config show
          $ ANIMO_WORKERS=4 animo config show --json --log-level debug
        """)

    @Flag(help: "Print a JSON object with the value and origin of each setting.")
    var json = false

    @OptionGroup var settings: ServeArguments

    func run() throws {
      let configuration = try ResolvedConfiguration(settings.sources())
      configuration.warn()
      let listing = ConfigurationListing(configuration)
      try StandardOutput.write(json ? listing.json : listing.text)
    }
  }

  /// `animo config default`: a configuration file to start from.
  struct Default: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "default",
      abstract: "Print a configuration file with every setting, an explanation and the default value.",
      discussion: """
        EXAMPLE
          $ animo config default >animo.toml
        """)

    func run() throws {
      try StandardOutput.write(ConfigurationManual.text)
    }
  }
}
