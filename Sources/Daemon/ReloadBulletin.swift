internal import JSON
package import SystemCalls
internal import SystemPackage

/// `reload.json` in the daemon's state folder: which process works there, and what became of its last reload.
///
/// The daemon replaces it as a whole; `animo reload` reads it. Who wants to know of a reload that begins later than now
/// waits for a greater serial number whose reload is over.
package struct ReloadBulletin: Equatable {
  /// How far the reload is.
  package enum State: String {
    /// The daemon has started, and with that read its configuration.
    case started
    /// The configuration is being read and the model loaded.
    case reloading
    /// The new settings are in force.
    case adopted
    /// The old settings are still in force.
    case refused
  }

  /// The daemon's process.
  package var process: Int32
  /// The PID namespace in which that is its number; nil when the daemon could not tell.
  package var namespace = ProcessIdentity.namespace
  /// Rises by one with each start and each reload.
  package var serial = 0
  package var state = State.started
  /// What has changed, or what is wrong.
  package var message = ""

  static let name: FileName = "reload.json"

  /// Puts it into `folder`.
  func write(into folder: Directory) throws(SystemCallError) {
    let text =
      JSONValue.object([
        ("process", .integer(Int(process))), ("namespace", namespace.map { .integer($0) } ?? .null),
        ("serial", .integer(serial)), ("state", .string(state.rawValue)),
        ("message", .string(message)), ("time", .string(UTCTime.now.rfc3339)),
      ]).indented + "\n"
    let bytes = Array(text.utf8)
    try folder.replace(Self.name, with: bytes.span, mode: [.ownerReadWrite, .groupRead])
  }

  /// The one in `folder`; nil when there is none that makes sense.
  package static func read(from folder: Directory) throws(SystemCallError) -> ReloadBulletin? {
    guard try folder.status(of: name) != nil else { return nil }
    let file = try folder.open(name)
    defer { try? file.close() }
    return ReloadBulletin(json: try file.readToEnd(of: "\(folder.path)/\(name)"))
  }
}

extension ReloadBulletin {
  fileprivate init?(json: [UInt8]) {
    guard let members = (try? JSONReader.read(json))?.members,
      let process = members["process"]?.integer.flatMap(Int32.init(exactly:)), process > 0,
      let serial = members["serial"]?.integer, let message = members["message"]?.string,
      let state = members["state"]?.string.flatMap(State.init(rawValue:))
    else { return nil }
    self.init(
      process: process, namespace: members["namespace"]?.integer, serial: serial, state: state,
      message: message)
  }
}
