import Spool
import SystemPackage

/// Where a spool and its ledger are, for the commands that look at it from beside.
struct SpoolLocation {
  let root: FilePath
  /// The folder of the ledger.
  let state: FilePath

  /// Looks at no more of the configuration than it needs, as the rest is for the daemon to judge.
  ///
  /// Where nothing names the ledger's folder it is `state` in the spool, or /var/lib/animo if there is a ledger only
  /// there.
  init(_ arguments: SpoolArguments) throws {
    var reader = SettingReader(try arguments.sources())
    root = FilePath(try reader.text("spool") ?? ServeConfiguration().spool)
    if let state = try reader.text("state") {
      self.state = FilePath(state)
    } else {
      let (inside, system) = (root.appending("state"), FilePath("/var/lib/animo"))
      let isElsewhere = !SpoolView.hasLedger(in: inside) && SpoolView.hasLedger(in: system)
      state = isElsewhere ? system : inside
    }
  }

  /// The spool, seen from outside.
  func makeView() throws -> SpoolView { try SpoolView(root: root, state: state) }
}
