import ArgumentParser
import Spool

/// `animo status`: the state of a spool.
struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Show the status of a spool: queue, files in progress, last finished files, totals.",
    discussion: """
      EXAMPLE
        $ animo status --spool /var/spool/animo

      Reads the folders and the ledger only; a daemon is neither needed nor disturbed.
      """)

  @OptionGroup var spool: SpoolArguments

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let report = try StatusReport(of: SpoolPlace(spool).makeView())
    try StandardOutput.write(json ? report.json : report.text)
  }
}
