/// Checks one JSON text against RFC 8259, byte by byte, and reports where values are.
///
/// Nothing is decoded or copied: numbers, keys and strings stay the input's own bytes. Strict: no comments, no
/// trailing commas, no control characters in strings, `\u` with four digits. Lone surrogates are grammatical
/// and pass; so do, where that is asked for, the numbers that JSON lacks. Nesting costs one bit a level, so that no input can exhaust the stack.
///
/// A walk over an object's members reads:
/// ```swift
/// try scanner.open(in: text)
/// while try scanner.advance(in: text) {
///   let key = try scanner.key(in: text)
///   try scanner.skipValue(in: text)
/// }
/// ```
package struct JSONScanner {
  /// Objects and arrays may nest so deep.
  package static let maximumDepth = 64

  /// What a value is; what is neither string, object nor array is `other`.
  package enum Kind { case string, object, array, other }

  /// The next byte to look at.
  package private(set) var position = 0
  /// How many objects and arrays are open.
  private var depth = 0
  /// One bit for each open level, the innermost lowest: 1 for an object, 0 for an array.
  private var levels: UInt64 = 0
  /// Whether the innermost level has been opened and nothing in it read.
  private var isFresh = false

  private let acceptsNonFinite: Bool

  /// A scanner at the beginning of a text, or at a value in it.
  ///
  /// - Parameter acceptsNonFinite: whether `NaN`, `Infinity` and `-Infinity` are numbers, as many writers have it.
  package init(at position: Int = 0, acceptsNonFinite: Bool = false) {
    (self.position, self.acceptsNonFinite) = (position, acceptsNonFinite)
  }

  /// The next byte, or nil at the end.
  @inlinable package func peek(in text: Span<UInt8>) -> UInt8? {
    position < text.count ? text[position] : nil
  }

  /// Skips white space: space, tab, LF, CR.
  package mutating func skipSpace(in text: Span<UInt8>) {
    while let byte = peek(in: text), byte.isJSONSpace { position += 1 }
  }

  /// Skips one value and all that is in it; returns what it is.
  @discardableResult
  package mutating func skipValue(in text: Span<UInt8>) throws(JSONError) -> Kind {
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
  package mutating func open(in text: Span<UInt8>) throws(JSONError) {
    guard depth < Self.maximumDepth else {
      throw JSONError(.nestingTooDeep(limit: Self.maximumDepth), at: position)
    }
    levels = levels << 1 | (text[position] == UInt8(ascii: "{") ? 1 : 0)
    depth += 1
    position += 1
    isFresh = true
  }

  /// Goes to the next member or element of the innermost level.
  ///
  /// - Returns: whether there is one; if not, the level has been closed.
  package mutating func advance(in text: Span<UInt8>) throws(JSONError) -> Bool {
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
  package mutating func key(in text: Span<UInt8>) throws(JSONError) -> Range<Int> {
    skipSpace(in: text)
    guard peek(in: text) == UInt8(ascii: "\"") else { throw expected("a key in double quotes", in: text) }
    let key = try string(in: text)
    skipSpace(in: text)
    try expect(UInt8(ascii: ":"), in: text)
    skipSpace(in: text)
    return key
  }

  /// Skips a string whose opening quote is the next byte; returns where its content is, without the quotes.
  package mutating func string(in text: Span<UInt8>) throws(JSONError) -> Range<Int> {
    let start = position + 1
    position = start
    while let byte = peek(in: text) {
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        return start..<(position - 1)
      case UInt8(ascii: "\\"): try escape(in: text)
      case 0..<0x20:
        throw JSONError(.controlCharacter, at: position)
      default: position += 1
      }
    }
    throw JSONError(.unendedString, at: start - 1)
  }

  /// Throws unless nothing but white space is left.
  package mutating func end(in text: Span<UInt8>) throws(JSONError) {
    skipSpace(in: text)
    guard position == text.count else { throw expected("the end of the line", in: text) }
  }
}

extension JSONScanner {
  /// Skips a scalar, or steps into an object or array.
  @discardableResult
  private mutating func enterValue(in text: Span<UInt8>) throws(JSONError) -> Kind {
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
    case UInt8(ascii: "N") where acceptsNonFinite: try literal("NaN", in: text)
    case UInt8(ascii: "I") where acceptsNonFinite: try literal("Infinity", in: text)
    default: try number(in: text)
    }
    return .other
  }

  private mutating func literal(_ word: StaticString, in text: Span<UInt8>) throws(JSONError) {
    for letter in word.description.utf8 {
      guard peek(in: text) == letter else { throw expected("\"\(word)\"", in: text) }
      position += 1
    }
  }

  /// `-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?`
  private mutating func number(in text: Span<UInt8>) throws(JSONError) {
    if peek(in: text) == UInt8(ascii: "-") { position += 1 }
    if acceptsNonFinite, peek(in: text) == UInt8(ascii: "I") { return try literal("Infinity", in: text) }
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

  private mutating func digits(in text: Span<UInt8>) throws(JSONError) {
    guard let byte = peek(in: text), byte.isDigit else { throw expected("a value", in: text) }
    while let byte = peek(in: text), byte.isDigit { position += 1 }
  }

  private mutating func escape(in text: Span<UInt8>) throws(JSONError) {
    position += 1
    switch peek(in: text) {
    case UInt8(ascii: "u"):
      for offset in 1...4 {
        guard position + offset < text.count, text[position + offset].hexadecimalValue != nil else {
          throw JSONError(.shortEscape, at: position - 1)
        }
      }
      position += 5
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
      UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      position += 1
    default: throw JSONError(.unknownEscape, at: position - 1)
    }
  }

  private mutating func expect(_ byte: UInt8, in text: Span<UInt8>) throws(JSONError) {
    guard peek(in: text) == byte else { throw expected("'\(Character(UnicodeScalar(byte)))'", in: text) }
    position += 1
  }

  private func expected(_ what: String, in text: Span<UInt8>) -> JSONError {
    JSONError(.expected(what, found: peek(in: text)), at: position)
  }
}

/// Where a JSON text stops being one that is accepted, and why.
package struct JSONError: Error, Equatable, Sendable {
  /// What is wrong.
  package enum Problem: Equatable, Sendable {
    /// Something else should stand there than the byte that does; nil at the text's end.
    case expected(String, found: UInt8?)
    case controlCharacter
    case unendedString
    case unknownEscape
    case shortEscape
    case nestingTooDeep(limit: Int)
    case tooManyValues(limit: Int)
    case repeatedKey(String)
    case loneSurrogate
    case notUTF8
  }

  /// What is wrong.
  package let problem: Problem
  /// Where, in bytes from the start of the text.
  package let offset: Int

  init(_ problem: Problem, at offset: Int) {
    (self.problem, self.offset) = (problem, offset)
  }
}

extension JSONError: CustomStringConvertible {
  /// Where and what; never holds text of the input but a repeated key.
  package var description: String {
    switch problem {
    case .expected(let what, let found):
      (found == nil ? "at its end" : "byte \(offset)") + ": expected \(what)"
    case .controlCharacter: "byte \(offset): a control character in a string must be escaped"
    case .unendedString: "byte \(offset): the string that begins here does not end"
    case .unknownEscape: "byte \(offset): no such escape"
    case .shortEscape: "byte \(offset): \\u needs four hexadecimal digits"
    case .nestingTooDeep(let limit): "byte \(offset): more than \(limit) levels of nesting"
    case .tooManyValues(let limit): "byte \(offset): more than \(limit) values"
    case .repeatedKey(let key): "byte \(offset): the key \(JSONString.quoted(key)) comes again"
    case .loneSurrogate: "byte \(offset): the string holds half of a surrogate pair"
    case .notUTF8: "byte \(offset): the string that begins here is not UTF-8"
    }
  }
}

extension UInt8 {
  /// White space between JSON's tokens.
  @inlinable package var isJSONSpace: Bool { self == 0x20 || self == 0x0A || self == 0x0D || self == 0x09 }

  /// Whether it is an ASCII digit.
  var isDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }

  /// 0…15 for a hexadecimal digit of either case.
  var hexadecimalValue: UInt32? {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(self) - 0x30
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(self) - 0x57
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(self) - 0x37
    default: nil
    }
  }
}
