internal import JSON
package import SystemCalls
internal import SystemPackage

/// `reload.json` in the daemon's state folder: the daemon's process, and the result of its last reload.
///
/// Written atomically by the daemon, and read by `animo reload`, which waits for a higher serial number and the end
/// of that reload.
package struct ReloadBulletin: Equatable {
  /// The state of a reload.
  package enum State: String {
    /// The daemon has started, with its current configuration.
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
  /// The PID namespace of the process; nil if it is unknown.
  package var namespace = ProcessIdentity.namespace
  /// Incremented by each start and each reload.
  package var serial = 0
  package var state = State.started
  /// The changed settings, or the error.
  package var message = ""

  static let name: FileName = "reload.json"

  /// Writes it to `folder`.
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

  /// The bulletin in `folder`; nil if there is none, or it is invalid.
  package static func read(from folder: Directory) throws(SystemCallError) -> ReloadBulletin? {
    guard try folder.status(of: name) != nil else { return nil }
    let file = try folder.open(name)
    defer { try? file.close() }
    return ReloadBulletin(json: try file.readToEnd(of: "\(folder.path)/\(name)"))
  }
}

extension ReloadBulletin {
  /// No daemon counts up to more: a greater serial number is a sign of damage, and the next one might not exist.
  private static let greatestSerial = 1 << 53

  fileprivate init?(json: [UInt8]) {
    guard let members = (try? JSONReader.read(json))?.members,
      let process = members["process"]?.integer.flatMap(Int32.init(exactly:)), process > 0,
      let serial = members["serial"]?.integer, (0...Self.greatestSerial).contains(serial),
      let message = members["message"]?.string,
      let state = members["state"]?.string.flatMap(State.init(rawValue:))
    else { return nil }
    self.init(
      process: process, namespace: members["namespace"]?.integer, serial: serial, state: state,
      message: message)
  }
}
