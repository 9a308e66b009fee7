import ArgumentParser
import Spool
import SystemPackage

/// Which spool a command looks at.
struct SpoolArguments: ParsableArguments {
  @Option(help: ArgumentHelp("The spool's folder.", valueName: "dir"))
  var spool = "/var/spool/animo"

  @Option(
    help: ArgumentHelp(
      "The folder of the spool's ledger. (default: state in the spool, or /var/lib/animo where there is none)",
      valueName: "dir"))
  var state: String?

  var root: FilePath { FilePath(spool) }

  /// Where the ledger is.
  var stateFolder: FilePath {
    if let state { return FilePath(state) }
    let inside = root.appending("state")
    return SpoolView.hasLedger(in: inside) || !SpoolView.hasLedger(in: "/var/lib/animo")
      ? inside : "/var/lib/animo"
  }

  /// The spool, seen from outside.
  func makeView() throws -> SpoolView { try SpoolView(root: root, state: stateFolder) }
}
