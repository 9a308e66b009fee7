import ArgumentParser

/// `animo config`: how the daemon is set up.
struct Config: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check the daemon's configuration, and show where each part of it comes from.",
    discussion: """
      Every option of animo serve has one name: --log-level on the command line, ANIMO_LOG_LEVEL in the environment, \
      log_level in the file. The command line wins over the environment, the environment over the file, the file over \
      what is built in. The file is the one that --config or ANIMO_CONFIG names, or /etc/animo/animo.toml.
      """,
    subcommands: [Check.self, Show.self])
}
