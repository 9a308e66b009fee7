import SystemCalls
import SystemPackage
import TOML

/// A TOML file: its values and their lines.
struct TOMLDocument: Sendable {
  let path: String
  private let text: TOMLText

  var root: [String: TOMLValue] { text.root }

  /// The maximum size of a file, in bytes.
  private static let longest = 16 << 20

  /// Reads a file.
  ///
  /// - Throws: `CommandFailure` if it cannot be read, `SettingError` if it is too long, not UTF-8 or not TOML.
  init(path: String) throws {
    self.path = path
    let bytes: [UInt8]
    do {
      bytes = try Self.read(FilePath(path))
    } catch {
      throw CommandFailure(error.reason == .permissionDenied ? .noPermission : .noInput, "\(error)")
    }
    guard bytes.count <= Self.longest else {
      throw SettingError(source: path, expected: "a file of at most \(Self.longest >> 20) MiB", found: "more")
    }
    guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
      throw SettingError(source: path, expected: "UTF-8 text", found: "other bytes")
    }
    do {
      self.text = try TOMLText(text)
    } catch {
      throw SettingError(
        source: path, line: error.line, key: error.key, expected: error.expected, found: error.found)
    }
  }

  /// The bytes of a file, which may be a device without end: of a longer one as many as show that it is.
  private static func read(_ path: FilePath) throws(SystemCallError) -> [UInt8] {
    let file = try systemCall("open", on: path.string) {
      try FileDescriptor.open(path, .readOnly, options: [.closeOnExec])
    }
    defer { try? file.close() }
    var bytes: [UInt8] = []
    while bytes.count <= longest,
      try file.read(atMost: 1 << 20, appendingTo: &bytes, of: path.string) > 0
    {}
    return bytes
  }

  /// The line of a key, or of the table that contains it.
  func line(of path: String) -> Int? { text.line(of: path) }

  /// Where a key is, for messages: `mine.toml, line 7: classifier.rate`.
  func place(of key: String) -> String { SettingError.place(path, line: line(of: key), key: key) }
}
