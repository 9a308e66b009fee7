import ArgumentParser
import Logging
import Spool
import Systemd

/// `animo fsck`: checks a spool against its ledger.
struct FsckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fsck",
    abstract: "Check a spool against its ledger.",
    discussion: """
      EXAMPLE
        $ animo fsck --spool /var/spool/animo

      Prints one line per inconsistency; the exit status is 0 if there is none and 65 otherwise. Files that \
      a crash leaves for the next start to recover are not reported.
      While a daemon is running, only published files and totals are checked; --repair requires exclusive \
      use of the spool.
      """)

  @OptionGroup var spool: SpoolArguments

  @Flag(
    help:
      "Repair what can be repaired: remove what belongs to no job, set totals to the sum of all jobs, create a missing ledger."
  )
  var repair = false

  func run() throws {
    let spool = try SpoolPlace(self.spool)
    var findings = try SpoolCheck.findings(in: spool.makeView())
    try report(findings, as: repair ? "found: " : "")
    if repair {
      let log = Logger(label: "animo") { _ in TextLogHandler() }
      try SpoolCheck.repair(root: spool.root, state: spool.state, log: log)
      let before = findings
      findings = try SpoolCheck.findings(in: spool.makeView())
      try report(before.filter { !findings.contains($0) }, as: "repaired: ")
      try report(findings, as: "left: ")
    }
    if !findings.isEmpty { throw CommandFailure(.dataError) }
  }

  private func report(_ findings: [Finding], as what: String) throws {
    for finding in findings { try StandardOutput.write("\(what)\(finding)\n") }
  }
}
