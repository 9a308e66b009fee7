import ArgumentParser
import Logging

/// From which level on messages are logged.
enum LogThreshold: String, CaseIterable, ExpressibleByArgument {
  case debug, info, warning, error

  var level: Logger.Level {
    switch self {
    case .debug: .debug
    case .info: .info
    case .warning: .warning
    case .error: .error
    }
  }
}

/// `animo serve`: the daemon.
struct Serve: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Label files that are dropped into a spool, for as long as it runs.",
    discussion: """
      EXAMPLES
        $ animo serve --spool /var/spool/animo
        $ animo serve --spool /tmp/spool --once
        $ tail -f stream.jsonl | animo serve --stdin --stats /run/animo >>labelled.jsonl

      Files are taken from SPOOL/inbox: at once when they are renamed into it, half a second after the last write \
      otherwise. Labelled lines appear as whole files in SPOOL/out, lines that cannot be labelled in \
      SPOOL/rejected, the inputs in SPOOL/done, the mood of the stream in SPOOL/stats/current.json.
      Under systemd it tells when it is ready, how it is doing and when it stops; SIGTERM ends it in good order.
      """)

  @OptionGroup var model: ModelOptions
  @OptionGroup var lines: ReadingArguments

  @Option(help: ArgumentHelp("The spool's folder; made if it does not exist.", valueName: "dir"))
  var spool: String?

  @Option(
    help: ArgumentHelp("The folder of the spool's ledger. (default: state in the spool)", valueName: "dir"))
  var state: String?

  @Flag(
    help: "Read JSON lines from standard input in place of a spool; labelled lines go to standard output.")
  var stdin = false

  @Option(help: ArgumentHelp("With --stdin: the folder to keep current.json in.", valueName: "dir"))
  var stats: String?

  @Flag(help: "End as soon as the inbox is empty; status 65 if lines were rejected.")
  var once = false

  @Option(
    help: ArgumentHelp(
      "How long a file must rest before it is taken, if it was not renamed into the inbox.",
      valueName: "seconds"))
  var settle = 0.5

  @Option(help: ArgumentHelp("For how long done/ keeps inputs.", valueName: "days"))
  var keepDays = 7

  @Option(help: ArgumentHelp("How much done/ keeps at most.", valueName: "MiB"))
  var keepSize = 1024

  @Option(help: "What is logged: debug, info, warning or error.")
  var logLevel = LogThreshold.info

  func validate() throws {
    guard stdin != (spool != nil) else { throw ValidationError("give either --spool DIR or --stdin") }
    guard !(stdin && once) else {
      throw ValidationError("--once is for a spool; --stdin ends with its input")
    }
    guard !(stdin && state != nil) else { throw ValidationError("--state is for a spool") }
    guard stdin || stats == nil else {
      throw ValidationError("--stats is for --stdin; a spool has its own stats/")
    }
    guard settle >= 0, settle <= 3600 else { throw ValidationError("--settle must be between 0 and 3600") }
    guard 0...36_500 ~= keepDays else { throw ValidationError("--keep-days must be between 0 and 36500") }
    guard 0...(1 << 30) ~= keepSize else {
      throw ValidationError("--keep-size must be between 0 and \(1 << 30)")
    }
  }

  func run() throws {
    try ServeRun(self).run()
  }
}
