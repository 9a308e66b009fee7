import ArgumentParser

/// `animo serve`: the daemon.
struct Serve: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Label files that are dropped into a spool, for as long as it runs.",
    discussion: """
      EXAMPLES
        $ animo serve
        $ animo serve --spool /tmp/spool --once
        $ tail -f stream.jsonl | animo serve --stdin --stats /run/animo >>labelled.jsonl

      Files are taken from SPOOL/inbox: at once when they are renamed into it, half a second after the last write \
      otherwise. Labelled lines appear as whole files in SPOOL/out, lines that cannot be labelled in \
      SPOOL/rejected, the inputs in SPOOL/done, the mood of the stream in SPOOL/stats/current.json.
      Under systemd it tells when it is ready, how it is doing and when it stops; SIGTERM ends it in good order.

      On sockets that systemd hands over (animo.socket) it answers GET /healthz, /metrics and /api/current over HTTP.

      Options may also stand in the environment (ANIMO_LOG_LEVEL) and in a file (log_level), which explains them all: \
      see animo config. SIGHUP, or animo reload, reads them again.
      """)

  @OptionGroup var settings: ServeArguments

  @Flag(
    help: "Read JSON lines from standard input in place of a spool; labelled lines go to standard output.")
  var stdin = false

  @Option(help: ArgumentHelp("With --stdin: the folder to keep current.json in.", valueName: "dir"))
  var stats: String?

  @Flag(help: "End as soon as the inbox is empty; status 65 if lines were rejected.")
  var once = false

  func validate() throws {
    guard !(stdin && settings.spool.spool != nil) else {
      throw ValidationError("give either --spool DIR or --stdin")
    }
    guard !(stdin && once) else {
      throw ValidationError("--once is for a spool; --stdin ends with its input")
    }
    guard !(stdin && settings.spool.state != nil) else { throw ValidationError("--state is for a spool") }
    guard stdin || stats == nil else {
      throw ValidationError("--stats is for --stdin; a spool has its own stats/")
    }
  }

  func run() throws {
    try ServeRun(self).run()
  }
}
