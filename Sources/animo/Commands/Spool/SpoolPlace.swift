import Spool
import SystemPackage
import TOML

/// The spool that a command works on and its ledger, as given by command line, environment and file.
///
/// Reads only the settings that it needs; the daemon validates the rest.
struct SpoolPlace {
  let root: FilePath
  /// The ledger's folder, if one is given.
  private let named: FilePath?

  /// - Throws: `SettingError` when the file cannot be read.
  init(_ arguments: SpoolArguments) throws {
    let sources = try arguments.sources()
    var values: [String: TOMLValue] = [:]
    for setting in SpoolSettings.settings { values[setting.name] = try sources.value(of: setting).value }
    let configuration = ServeConfiguration(values)
    root = FilePath(configuration.spool)
    named = configuration.spoolOptions.state
  }

  /// The ledger's folder: the given one, or `state` in the spool, or the unit's if only that has a ledger.
  ///
  /// - Throws: `SpoolError` if permission to look for it is missing.
  var state: FilePath {
    get throws {
      if let named { return named }
      let inside = root.appending("state")
      let systemState = Self.systemState(of: root)
      let isInside = try SpoolView.hasLedger(in: inside) || !SpoolView.hasLedger(in: systemState)
      return isInside ? inside : systemState
    }
  }

  /// The spool, seen from outside.
  func makeView() throws -> SpoolView { try SpoolView(root: root, state: state) }

  /// The folder of the ledger under systemd: that of `animo@madrid` for a spool named `animo-madrid`, else
  /// that of `animo`. The ledger of another instance knows nothing of the spool's files.
  static func systemState(of root: FilePath) -> FilePath {
    let name = root.lastComponent?.string ?? ""
    return FilePath("/var/lib").appending(name.hasPrefix("animo-") ? name : "animo")
  }
}
