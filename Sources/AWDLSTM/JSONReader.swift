/// Reads a JSON text (RFC 8259) of unknown origin: strictly, with bounded depth and bounded work.
///
/// A model's texts are small and flat, so nesting deeper than `maximumDepth` and more values than so many are
/// refused; so are two equal keys in an object, which the RFC leaves open and different readers answer
/// differently.
package struct JSONReader {
  static let maximumDepth = 8

  private let bytes: [UInt8]
  private let maximumValues: Int
  private var position = 0
  private var values = 0

  private init(_ bytes: [UInt8], maximumValues: Int) {
    self.bytes = bytes
    self.maximumValues = maximumValues
  }

  /// The one value that the text holds; nothing but white space may stand around it.
  package static func read(_ bytes: [UInt8], maximumValues: Int = 100_000) throws(JSONError) -> JSONValue {
    var reader = JSONReader(bytes, maximumValues: maximumValues)
    reader.skipWhiteSpace()
    let value = try reader.value(depth: 0)
    reader.skipWhiteSpace()
    guard reader.next == nil else { throw reader.unexpected(insteadOf: "the end") }
    return value
  }

  private mutating func value(depth: Int) throws(JSONError) -> JSONValue {
    values += 1
    guard depth < Self.maximumDepth else {
      throw error(expected: "at most \(Self.maximumDepth) levels", found: "deeper nesting")
    }
    guard values <= maximumValues else {
      throw error(expected: "at most \(maximumValues) values", found: "more")
    }
    switch next {
    case UInt8(ascii: "{"): return .object(try object(depth: depth))
    case UInt8(ascii: "["): return .array(try array(depth: depth))
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return .number(try number())
    }
  }

  private mutating func object(depth: Int) throws(JSONError) -> [String: JSONValue] {
    var members: [String: JSONValue] = [:]
    try sequence(from: "{", to: "}") { (reader) throws(JSONError) in
      let start = reader.position
      let key = try reader.string()
      reader.skipWhiteSpace()
      try reader.take(":")
      reader.skipWhiteSpace()
      let value = try reader.value(depth: depth + 1)
      guard members.updateValue(value, forKey: key) == nil else {
        throw JSONError(offset: start, expected: "each key once", found: "\(quoted(key)) again")
      }
    }
    return members
  }

  private mutating func array(depth: Int) throws(JSONError) -> [JSONValue] {
    var elements: [JSONValue] = []
    try sequence(from: "[", to: "]") { (reader) throws(JSONError) in
      elements.append(try reader.value(depth: depth + 1))
    }
    return elements
  }

  /// What objects and arrays share: an opening, items between commas, a closing.
  private mutating func sequence(
    from opening: Unicode.Scalar, to closing: Unicode.Scalar,
    item: (inout JSONReader) throws(JSONError) -> Void
  ) throws(JSONError) {
    try take(opening)
    skipWhiteSpace()
    if next != UInt8(ascii: closing) {
      try item(&self)
      skipWhiteSpace()
    }
    while next != UInt8(ascii: closing) {
      try take(",")
      skipWhiteSpace()
      try item(&self)
      skipWhiteSpace()
    }
    try take(closing)
  }

  private mutating func string() throws(JSONError) -> String {
    let start = position
    try take("\"")
    var text: [UInt8] = []
    while let byte = next, byte != UInt8(ascii: "\"") {
      guard byte >= 0x20 else { throw unexpected(insteadOf: "a character of a string") }
      position += 1
      if byte == UInt8(ascii: "\\") {
        text.append(contentsOf: String(try escaped()).utf8)
      } else {
        text.append(byte)
      }
    }
    try take("\"")
    guard let string = String(validating: text, as: UTF8.self) else {
      throw JSONError(offset: start, expected: "UTF-8", found: "other bytes")
    }
    return string
  }

  /// The character that an escape stands for; the backslash is already taken.
  private mutating func escaped() throws(JSONError) -> Character {
    let escape = next
    guard let escape else { throw unexpected(insteadOf: "an escape") }
    position += 1
    switch escape {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Character(Unicode.Scalar(escape))
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return Character(try escapedScalar())
    default:
      position -= 1
      throw unexpected(insteadOf: "an escape")
    }
  }

  /// The scalar of a `\uXXXX`, or of two that form a surrogate pair; the first `\u` is already taken.
  private mutating func escapedScalar() throws(JSONError) -> Unicode.Scalar {
    let start = position
    var units = [try codeUnit()]
    if UTF16.isLeadSurrogate(units[0]) {
      try take("\\")
      try take("u")
      units.append(try codeUnit())
    }
    guard let text = String(validating: units, as: UTF16.self), let scalar = text.unicodeScalars.first else {
      throw JSONError(offset: start, expected: "a character", found: "half of a surrogate pair")
    }
    return scalar
  }

  /// Four hexadecimal digits.
  private mutating func codeUnit() throws(JSONError) -> UInt16 {
    var unit: UInt16 = 0
    for _ in 0..<4 {
      guard let digit = next.flatMap({ Character(Unicode.Scalar($0)).hexDigitValue }) else {
        throw unexpected(insteadOf: "a hexadecimal digit")
      }
      unit = unit << 4 | UInt16(digit)
      position += 1
    }
    return unit
  }

  private mutating func number() throws(JSONError) -> String {
    let start = position
    if next == UInt8(ascii: "-") { position += 1 }
    if next == UInt8(ascii: "0") { position += 1 } else { try digits(of: "a value") }
    if next == UInt8(ascii: ".") {
      position += 1
      try digits(of: "a digit")
    }
    if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
      position += 1
      if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { position += 1 }
      try digits(of: "a digit")
    }
    // Only ASCII was taken.
    return String(bytes[start..<position].map { Character(Unicode.Scalar($0)) })
  }

  /// One digit or more.
  private mutating func digits(of expected: String) throws(JSONError) {
    let start = position
    while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
    guard position > start else { throw unexpected(insteadOf: expected) }
  }

  private mutating func word(_ word: String, _ value: JSONValue) throws(JSONError) -> JSONValue {
    for scalar in word.unicodeScalars { try take(scalar) }
    return value
  }

  private var next: UInt8? {
    position < bytes.count ? bytes[position] : nil
  }

  private mutating func take(_ scalar: Unicode.Scalar) throws(JSONError) {
    guard next == UInt8(ascii: scalar) else { throw unexpected(insteadOf: quoted(String(scalar))) }
    position += 1
  }

  private mutating func skipWhiteSpace() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
  }

  private func unexpected(insteadOf expected: String) -> JSONError {
    error(expected: expected, found: next.map { "byte 0x" + String($0, radix: 16) } ?? "the end")
  }

  private func error(expected: String, found: String) -> JSONError {
    JSONError(offset: position, expected: expected, found: found)
  }
}

/// Where a JSON text stops being one that is accepted.
package struct JSONError: Error, Equatable {
  /// In bytes from the start of the text.
  package var offset: Int
  package var expected: String
  package var found: String
}
