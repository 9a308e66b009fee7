import ArgumentParser

/// `animo reload`: lets a running daemon read its configuration again.
struct Reload: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Let the daemon read its configuration again.",
    discussion: """
      EXAMPLES
        $ animo reload --wait
        $ animo reload --wait --spool /tmp/spool

      The file that is read next begins with the new settings; the one being read goes on with the old ones to its \
      end. If anything is wrong with the configuration, the daemon works on as before.
      Exit status: 0; with --wait 78 when the configuration was refused, and why; 69 when no daemon is there.
      """)

  @Flag(help: "Wait until the new settings are in force or refused.")
  var wait = false

  @OptionGroup var location: SpoolArguments

  func run() throws {
    try ReloadRun(self).run()
  }
}
