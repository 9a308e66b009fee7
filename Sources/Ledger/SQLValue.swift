internal import SystemCalls

/// What a column holds.
enum SQLValue: Equatable {
  case null
  case integer(Int)
  case text(String)
  case blob([UInt8])

  /// A file's name, exactly: as text where it is UTF-8, so that people can read it, else as its bytes.
  init(_ name: FileName?) {
    guard let name else {
      self = .null
      return
    }
    self = String(validating: name.bytes, as: UTF8.self).map(SQLValue.text) ?? .blob(name.bytes)
  }

  /// A text, or nothing.
  init(_ text: String?) { self = text.map(SQLValue.text) ?? .null }

  /// A number, or nothing.
  init(_ number: Int?) { self = number.map(SQLValue.integer) ?? .null }
}
