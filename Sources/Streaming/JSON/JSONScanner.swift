/// Checks one JSON text against RFC 8259, byte by byte, and reports where values are.
///
/// Nothing is decoded or copied: numbers, keys and strings stay the input's own bytes. Strict: no comments, no
/// trailing commas, no control characters in strings, `\u` with four digits. Lone surrogates are grammatical
/// and pass. Nesting costs one bit a level, so that no input can exhaust the stack.
///
/// A walk over an object's members reads:
/// ```swift
/// try scanner.open(in: text)
/// while try scanner.advance(in: text) {
///   let key = try scanner.key(in: text)
///   try scanner.skipValue(in: text)
/// }
/// ```
struct JSONScanner {
  /// Objects and arrays may nest so deep.
  static let maximumDepth = 64

  /// What a value is; what is neither string, object nor array is `other`.
  enum Kind { case string, object, array, other }

  /// The next byte to look at.
  private(set) var position = 0
  /// How many objects and arrays are open.
  private var depth = 0
  /// One bit for each open level, the innermost lowest: 1 for an object, 0 for an array.
  private var levels: UInt64 = 0
  /// Whether the innermost level has been opened and nothing in it read.
  private var isFresh = false

  /// The next byte, or nil at the end.
  func peek(in text: Span<UInt8>) -> UInt8? {
    position < text.count ? text[position] : nil
  }

  /// Skips white space: space, tab, LF, CR.
  mutating func skipSpace(in text: Span<UInt8>) {
    while let byte = peek(in: text), byte.isJSONSpace { position += 1 }
  }

  /// Skips one value and all that is in it; returns what it is.
  @discardableResult
  mutating func skipValue(in text: Span<UInt8>) throws(Rejection) -> Kind {
    let floor = depth
    let kind = try enterValue(in: text)
    while depth > floor {
      guard try advance(in: text) else { continue }
      if levels & 1 == 1 { _ = try key(in: text) }
      try enterValue(in: text)
    }
    return kind
  }

  /// Steps into the object or array whose bracket is the next byte.
  mutating func open(in text: Span<UInt8>) throws(Rejection) {
    guard depth < Self.maximumDepth else {
      throw Rejection(.nestingTooDeep, "byte \(position): more than \(Self.maximumDepth) levels of nesting")
    }
    levels = levels << 1 | (text[position] == UInt8(ascii: "{") ? 1 : 0)
    depth += 1
    position += 1
    isFresh = true
  }

  /// Goes to the next member or element of the innermost level.
  ///
  /// - Returns: whether there is one; if not, the level has been closed.
  mutating func advance(in text: Span<UInt8>) throws(Rejection) -> Bool {
    let bracket = levels & 1 == 1 ? UInt8(ascii: "}") : UInt8(ascii: "]")
    skipSpace(in: text)
    if peek(in: text) == bracket {
      position += 1
      depth -= 1
      levels >>= 1
      isFresh = false
      return false
    }
    if !isFresh { try expect(UInt8(ascii: ","), in: text) }
    isFresh = false
    return true
  }

  /// Skips a member's key and colon; returns where the key is, without its quotes.
  mutating func key(in text: Span<UInt8>) throws(Rejection) -> Range<Int> {
    skipSpace(in: text)
    guard peek(in: text) == UInt8(ascii: "\"") else { throw expected("a key in double quotes", in: text) }
    let key = try string(in: text)
    skipSpace(in: text)
    try expect(UInt8(ascii: ":"), in: text)
    skipSpace(in: text)
    return key
  }

  /// Skips a string whose opening quote is the next byte; returns where its content is, without the quotes.
  mutating func string(in text: Span<UInt8>) throws(Rejection) -> Range<Int> {
    let start = position + 1
    position = start
    while let byte = peek(in: text) {
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        return start..<(position - 1)
      case UInt8(ascii: "\\"): try escape(in: text)
      case 0..<0x20:
        throw Rejection(.badJSON, "byte \(position): a control character in a string must be escaped")
      default: position += 1
      }
    }
    throw Rejection(.badJSON, "byte \(start - 1): the string that begins here does not end")
  }

  /// Throws unless nothing but white space is left.
  mutating func end(in text: Span<UInt8>) throws(Rejection) {
    skipSpace(in: text)
    guard position == text.count else { throw expected("the end of the line", in: text) }
  }
}

extension JSONScanner {
  /// Skips a scalar, or steps into an object or array.
  @discardableResult
  private mutating func enterValue(in text: Span<UInt8>) throws(Rejection) -> Kind {
    skipSpace(in: text)
    switch peek(in: text) {
    case UInt8(ascii: "\""):
      _ = try string(in: text)
      return .string
    case UInt8(ascii: "{"):
      try open(in: text)
      return .object
    case UInt8(ascii: "["):
      try open(in: text)
      return .array
    case UInt8(ascii: "t"): try literal("true", in: text)
    case UInt8(ascii: "f"): try literal("false", in: text)
    case UInt8(ascii: "n"): try literal("null", in: text)
    default: try number(in: text)
    }
    return .other
  }

  private mutating func literal(_ word: StaticString, in text: Span<UInt8>) throws(Rejection) {
    for letter in word.description.utf8 {
      guard peek(in: text) == letter else { throw expected("\"\(word)\"", in: text) }
      position += 1
    }
  }

  /// `-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?`
  private mutating func number(in text: Span<UInt8>) throws(Rejection) {
    if peek(in: text) == UInt8(ascii: "-") { position += 1 }
    if peek(in: text) == UInt8(ascii: "0") { position += 1 } else { try digits(in: text) }
    if peek(in: text) == UInt8(ascii: ".") {
      position += 1
      try digits(in: text)
    }
    guard let byte = peek(in: text), byte | 0x20 == UInt8(ascii: "e") else { return }
    position += 1
    if let sign = peek(in: text), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { position += 1 }
    try digits(in: text)
  }

  private mutating func digits(in text: Span<UInt8>) throws(Rejection) {
    guard let byte = peek(in: text), byte.isDigit else { throw expected("a value", in: text) }
    while let byte = peek(in: text), byte.isDigit { position += 1 }
  }

  private mutating func escape(in text: Span<UInt8>) throws(Rejection) {
    position += 1
    switch peek(in: text) {
    case UInt8(ascii: "u"):
      for offset in 1...4 {
        guard position + offset < text.count, text[position + offset].hexadecimalValue != nil else {
          throw Rejection(.badJSON, "byte \(position - 1): \\u needs four hexadecimal digits")
        }
      }
      position += 5
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
      UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      position += 1
    default: throw Rejection(.badJSON, "byte \(position - 1): no such escape")
    }
  }

  private mutating func expect(_ byte: UInt8, in text: Span<UInt8>) throws(Rejection) {
    guard peek(in: text) == byte else { throw expected("'\(Character(UnicodeScalar(byte)))'", in: text) }
    position += 1
  }

  private func expected(_ what: String, in text: Span<UInt8>) -> Rejection {
    Rejection(.badJSON, (position < text.count ? "byte \(position)" : "at its end") + ": expected \(what)")
  }
}
