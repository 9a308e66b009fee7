import ArgumentParser
import Logging
import Spool
import Systemd

/// `animo fsck`: a spool against its ledger.
struct FsckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fsck",
    abstract: "Check a spool against its ledger.",
    discussion: """
      EXAMPLE
        $ animo fsck --spool /var/spool/animo

      Prints what is not as it should be, a line each; the status is 0 when there is nothing and 65 otherwise. What a \
      crash leaves for the next start is no fault.
      While a daemon works, only published files and totals are checked; --repair needs the spool for itself.
      """)

  @OptionGroup var spool: SpoolArguments

  @Flag(
    help: "Mend what can be mended: what belongs to no job is removed, totals become the sum of all jobs.")
  var repair = false

  func run() throws {
    let spool = try SpoolPlace(self.spool)
    var findings = try SpoolCheck(spool.makeView()).findings()
    try report(findings, as: repair ? "found: " : "")
    if repair {
      let log = Logger(label: "animo") { _ in TextLogHandler() }
      try SpoolCheck.repair(root: spool.root, state: spool.state, log: log)
      let before = findings
      findings = try SpoolCheck(spool.makeView()).findings()
      try report(before.filter { !findings.contains($0) }, as: "repaired: ")
      try report(findings, as: "left: ")
    }
    if !findings.isEmpty { throw CommandFailure(.dataError) }
  }

  private func report(_ findings: [Finding], as what: String) throws {
    for finding in findings { try StandardOutput.write("\(what)\(finding)\n") }
  }
}
