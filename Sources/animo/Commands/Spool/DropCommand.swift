import ArgumentParser
import Ledger
import Spool
import SystemCalls
import SystemPackage

/// `animo drop`: puts files into a spool, as producers should.
struct DropCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "drop",
    abstract: "Put files atomically into the inbox of a spool.",
    discussion: """
      EXAMPLES
        $ animo drop --spool /var/spool/animo tweets.jsonl
        $ animo drop --wait *.csv

      Each file is copied under a name that the daemon ignores, synced to disk and renamed; if the name is \
      taken, a number is added. The final names are printed.
      With --wait, the command waits until the files are labelled and prints the counts of labelled and \
      rejected lines; it exits with status 65 if any were rejected.
      """)

  @OptionGroup var spool: SpoolArguments

  @Flag(help: "Wait until the files are labelled; requires a running daemon.")
  var wait = false

  @Argument(help: "Files to drop.", completion: .file())
  var files: [String]

  func run() throws {
    try DropRun(spool: SpoolPlace(spool), wait: wait).run(files)
  }
}
