import ArgumentParser
import Streaming

extension Config {
  /// `animo config check`: whether the daemon would start, or reload, with a file.
  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Check a configuration file, the environment and the model that they name.",
      discussion: """
        EXAMPLE
          $ animo config check /etc/animo/animo.toml && animo reload --wait

        Says nothing and ends with 0 when all is well; else says which line and which name is wrong, and ends with 78.
        """)

    @Argument(
      help: ArgumentHelp(
        "The file. (default: $ANIMO_CONFIG, or /etc/animo/animo.toml if there is one)", valueName: "file"))
    var file: String?

    func run() throws {
      let configuration = try ResolvedConfiguration(SettingSources(flags: [:], file: file))
      configuration.warn()
      _ = try configuration.makeEngine(badLines: .deadLetter)
    }
  }
}

extension ResolvedConfiguration {
  /// Says on standard error what is worth a warning.
  func warn() {
    for warning in warnings { StandardError.write("animo: warning: \(warning)\n") }
  }
}
