import SystemCalls
import SystemPackage
import TOML

/// A TOML file: its values and their lines.
struct TOMLDocument: Sendable {
  let path: String
  private let text: TOMLText

  var root: [String: TOMLValue] { text.root }

  /// Reads a file.
  ///
  /// - Throws: `CommandFailure` if it cannot be read, `SettingError` if it is not UTF-8 or not TOML.
  init(path: String) throws {
    self.path = path
    let bytes: [UInt8]
    do {
      bytes = try FileDescriptor.contents(of: FilePath(path))
    } catch {
      throw CommandFailure(error.reason == .permissionDenied ? .noPermission : .noInput, "\(error)")
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

  /// The line of a key, or of the table that contains it.
  func line(of path: String) -> Int? { text.line(of: path) }
}
