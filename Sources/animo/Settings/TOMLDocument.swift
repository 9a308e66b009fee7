import JSON
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

  /// What the process was given open: standard input, or a pipe of a shell (`<(…)`).
  private static let givenOpen = ["/dev/stdin", "/dev/fd/", "/proc/self/fd/"]

  /// Reads a regular file.
  ///
  /// Anything else could keep the process waiting for ever, except for what it was given open: that is read too, but
  /// only once, as a pipe has no more the second time.
  /// - Parameter isAgain: whether this process has read it before.
  /// - Throws: `CommandFailure` if it cannot be read, `SettingError` if it is no regular file, too long, not UTF-8 or
  ///   not TOML.
  init(path: String, isAgain: Bool = false) throws {
    self.path = path
    let isStream = path == "/dev/null" || (!isAgain && Self.givenOpen.contains { path.hasPrefix($0) })
    let found: [UInt8]?
    do {
      if isStream {
        found = try FileDescriptor.contents(of: FilePath(path), atMost: Self.longest)
      } else {
        found = try FileDescriptor.contents(ofRegular: FilePath(path), atMost: Self.longest)
      }
    } catch {
      throw CommandFailure(error.reason == .permissionDenied ? .noPermission : .noInput, "\(error)")
    }
    guard let bytes = found else {
      throw SettingError(
        source: path, expected: "a regular file", found: "a folder, a pipe, a device or a socket")
    }
    guard bytes.count <= Self.longest else {
      throw SettingError(source: path, expected: "a file of at most \(Self.longest >> 20) MiB", found: "more")
    }
    guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
      throw Self.notText(bytes, path)
    }
    do {
      self.text = try TOMLText(text)
    } catch {
      throw SettingError(
        source: path, line: error.line, key: error.key, expected: error.expected, found: error.found)
    }
  }

  /// What to throw about bytes of which some are not UTF-8 or zero: where the first of them is.
  private static func notText(_ bytes: [UInt8], _ path: String) -> SettingError {
    let first = min(bytes.firstIndex(of: 0) ?? bytes.count, bytes.span.firstInvalidUTF8 ?? bytes.count)
    let line = 1 + bytes[..<first].count { $0 == UInt8(ascii: "\n") }
    let found = bytes[first...].first.map { "the byte 0x" + String($0, radix: 16, uppercase: true) }
    return SettingError(
      source: path, line: line, expected: "UTF-8 text", found: found ?? "other bytes",
      remedy: "save it as UTF-8")
  }

  /// The line of a key, or of the table that contains it.
  func line(of path: String) -> Int? { text.line(of: path) }

  /// Where a key is, for messages: `mine.toml, line 7: classifier.rate`.
  func place(of key: String) -> String { SettingError.place(path, line: line(of: key), key: key) }
}
