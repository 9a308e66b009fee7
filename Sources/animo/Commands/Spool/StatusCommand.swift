import ArgumentParser
import Spool

/// `animo status`: how a spool is doing.
struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Say how a spool is doing: what waits, what runs, what was done.",
    discussion: """
      EXAMPLE
        $ animo status --spool /var/spool/animo

      Reads the folders and the ledger; it disturbs no daemon and needs none.
      """)

  @OptionGroup var spool: SpoolArguments

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let report = try StatusReport(of: SpoolPlace(spool).makeView())
    try StandardOutput.write(json ? report.json : report.text)
  }
}
