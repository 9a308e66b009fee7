import ArgumentParser

/// `animo serve`: the daemon.
struct Serve: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Run the daemon, which labels files dropped into a spool.",
    discussion: """
      EXAMPLES
        $ animo serve
        $ animo serve --spool /tmp/spool --once
        $ animo serve --spool /tmp/spool --listen 127.0.0.1:8437
        $ tail -f stream.jsonl | animo serve --stdin --stats /run/animo >>labelled.jsonl

      Files are taken from SPOOL/inbox: at once if they are renamed into it, otherwise half a second after \
      the last write. Labelled lines appear as complete files in SPOOL/out, lines that cannot be labelled in \
      SPOOL/rejected, inputs in SPOOL/done, and current statistics in SPOOL/stats/current.json.
      Under systemd, the daemon reports readiness, status and shutdown. SIGTERM shuts it down cleanly.

      With --listen, or on sockets passed by systemd (animo.socket), it serves a page and an API over HTTP: \
      http://127.0.0.1:8437/ shows the mood, and POST /v1/classify labels texts.

      Options can also be set in the environment (ANIMO_LOG_LEVEL) and in a configuration file (log_level): \
      see animo config. SIGHUP, or animo reload, makes the daemon read the file again.
      """)

  @OptionGroup var settings: ServeArguments

  @Flag(
    help: """
      Read standard input instead of a spool; write labelled lines to standard output. The first line tells \
      the format of all lines, as with animo classify, unless --input does: give --input jsonl for a stream of \
      JSON Lines that may begin within a line. At the end of the input, exit with status 65 if lines were rejected.
      """)
  var stdin = false

  @Option(
    help: ArgumentHelp("Folder for current.json, with --stdin.", valueName: "dir"), completion: .directory)
  var stats: String?

  @Flag(help: "Exit when the inbox is empty; with status 65 if lines were rejected or files are held.")
  var once = false

  func validate() throws {
    guard !(stdin && settings.spool.given["spool"] != nil) else {
      throw ValidationError("give either --spool DIR or --stdin")
    }
    guard !(stdin && once) else {
      throw ValidationError("--once is for a spool; --stdin ends with its input")
    }
    guard !(stdin && settings.spool.given["state"] != nil) else {
      throw ValidationError("--state is for a spool")
    }
    guard stdin || stats == nil else {
      throw ValidationError("--stats is for --stdin; a spool has its own stats/")
    }
    guard stats != "" else { throw ValidationError("--stats must not be empty; name a folder") }
  }

  func run() throws {
    try ServeRun(self).run()
  }
}
