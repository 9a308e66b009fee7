import SystemCalls
import SystemPackage
import TOMLKit

/// A value of a TOML document, as far as settings have it.
indirect enum TOMLNode: Equatable, Sendable {
  case text(String)
  case integer(Int)
  case number(Double)
  case truth(Bool)
  case array([TOMLNode])
  case table([String: TOMLNode])
  /// A date or a time.
  case other(String)

  /// What it is, for messages.
  var kind: String {
    switch self {
    case .text(let text): "\"\(text)\""
    case .integer(let integer): "\(integer)"
    case .number(let number): "\(number)"
    case .truth(let truth): "\(truth)"
    case .array(let nodes): "[" + nodes.map(\.kind).joined(separator: ", ") + "]"
    case .table: "a table"
    case .other(let kind): "a \(kind)"
    }
  }
}

/// A TOML file: its values, and where they stand.
struct TOMLDocument: Sendable {
  let path: String
  let root: [String: TOMLNode]
  let lines: TOMLLines

  /// Reads a file.
  ///
  /// - Throws: `CommandFailure` when it cannot be read or is no TOML, `SettingError` when it is no text in UTF-8.
  init(path: String) throws {
    self.path = path
    let bytes: [UInt8]
    do {
      bytes = try FileDescriptor.contents(of: FilePath(path))
    } catch {
      throw CommandFailure(error.reason == .permissionDenied ? .noPermission : .noInput, "\(error)")
    }
    guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
      throw SettingError(source: path, expected: "a text in UTF-8", found: "other bytes")
    }
    lines = TOMLLines(text)
    do {
      root = Self.members(of: try TOMLTable(string: text))
    } catch let error as TOMLParseError {
      throw CommandFailure(.configuration, "\(path), line \(error.source.begin.line): \(error.description)")
    }
  }

  private static func members(of table: TOMLTable) -> [String: TOMLNode] {
    var members: [String: TOMLNode] = [:]
    for (key, value) in table { members[key] = node(value) }
    return members
  }

  private static func node(_ value: any TOMLValueConvertible) -> TOMLNode {
    if let text = value.string { return .text(text) }
    if let integer = value.int { return .integer(integer) }
    if let number = value.double { return .number(number) }
    if let truth = value.bool { return .truth(truth) }
    if let table = value.table { return .table(members(of: table)) }
    if let array = value.array { return .array(array.map(node)) }
    return .other(value.type.description)
  }
}
