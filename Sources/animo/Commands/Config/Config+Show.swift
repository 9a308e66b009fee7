import ArgumentParser

extension Config {
  /// `animo config show`: every setting, and where it came from.
  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show every setting as the daemon would have it, and where it came from.",
      discussion: """
        EXAMPLES
          $ animo config show
          $ ANIMO_WORKERS=4 animo config show --json --log-level debug
        """)

    @Flag(help: "Write JSON: for each name its value and origin.")
    var json = false

    @OptionGroup var settings: ServeArguments

    func run() throws {
      let configuration = try ResolvedConfiguration(settings.sources())
      configuration.warn()
      let listing = ConfigurationListing(configuration)
      try StandardOutput.write(json ? listing.json : listing.text)
    }
  }
}
