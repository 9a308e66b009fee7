import ArgumentParser

/// `animo reload`: makes a running daemon read its configuration again.
struct Reload: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make the running daemon read its configuration again.",
    discussion: """
      EXAMPLES
        $ animo reload --wait
        $ animo reload --wait --spool /tmp/spool

      New settings apply from the next file; a file that is already being read is finished with the old \
      ones. If the new configuration is invalid, the daemon keeps the previous one.
      Exit status: 0 on success; 69 if no daemon is running; 78, with --wait, if the configuration is \
      rejected.
      """)

  @Flag(help: "Wait for the outcome and print it.")
  var wait = false

  @OptionGroup var location: SpoolArguments

  func run() throws {
    try ReloadRun(self).run()
  }
}
