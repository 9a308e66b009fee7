import Spool
import SystemPackage

/// Which spool a command looks at, and where its ledger is: as the command line, the environment and the file say.
///
/// Looks at no more of the configuration than it needs, as the rest is for the daemon to judge.
struct SpoolPlace {
  let root: FilePath
  /// The ledger's folder, if one is named.
  private let named: FilePath?

  /// - Throws: `SettingError` when the file cannot be read.
  init(_ arguments: SpoolArguments) throws {
    var reader = SettingReader(try arguments.sources())
    root = FilePath(try reader.text("spool") ?? ServeConfiguration().spool)
    named = try reader.text("state").map { FilePath($0) }
  }

  /// The ledger's folder: `state` in the spool, or /var/lib/animo where there is no ledger, if none is named.
  ///
  /// - Throws: `SpoolError` when it may not be looked for.
  var state: FilePath {
    get throws {
      if let named { return named }
      let inside = root.appending("state")
      let isInside = try SpoolView.hasLedger(in: inside) || !SpoolView.hasLedger(in: Self.systemState)
      return isInside ? inside : Self.systemState
    }
  }

  /// The spool, seen from outside.
  func makeView() throws -> SpoolView { try SpoolView(root: root, state: state) }

  /// Where the unit has its ledger.
  private static let systemState: FilePath = "/var/lib/animo"
}
