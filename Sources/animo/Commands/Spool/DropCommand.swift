import ArgumentParser
import Ledger
import Spool
import SystemCalls
import SystemPackage

/// `animo drop`: files into a spool, as producers should do it.
struct DropCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "drop",
    abstract: "Put files into a spool's inbox, whole.",
    discussion: """
      EXAMPLES
        $ animo drop --spool /var/spool/animo tweets.jsonl
        $ animo drop --wait *.csv

      Each file is copied under a name that the daemon ignores, made to survive a power cut, and renamed; a name that \
      is taken gets a number. The names under which they were dropped are printed.
      With --wait the command waits for the answers and prints what has become of the lines; its status is 65 if \
      some were rejected.
      """)

  @OptionGroup var spool: SpoolArguments

  @Flag(help: "Wait until the files are labelled; needs the right to read the ledger.")
  var wait = false

  @Argument(help: "The files.")
  var files: [String]

  func run() throws {
    try DropRun(spool: SpoolPlace(spool), wait: wait).run(files)
  }
}
