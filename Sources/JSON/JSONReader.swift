/// Reads a JSON text (RFC 8259) of unknown origin as one value: strictly, with bounded depth and bounded work.
///
/// The texts that are read whole are small and flat, so nesting deeper than `maximumDepth` and more values than
/// `maximumValues` are refused; so are two equal keys in an object, which the RFC leaves open and different readers
/// answer differently, and strings with half of a surrogate pair, unless it is to be repaired.
package struct JSONReader {
  static let maximumDepth = 8

  private let maximumValues: Int
  private let repairsSurrogates: Bool
  private var scanner = JSONScanner()
  private var values = 0

  private init(maximumValues: Int, repairsSurrogates: Bool) {
    (self.maximumValues, self.repairsSurrogates) = (maximumValues, repairsSurrogates)
  }

  /// The one value that the text holds; nothing but white space may stand around it.
  ///
  /// - Parameter repairsSurrogates: whether half of a surrogate pair becomes U+FFFD: texts have it where a
  ///   program cut them within an emoji.
  package static func read(
    _ bytes: [UInt8], maximumValues: Int = 100_000, repairsSurrogates: Bool = false
  ) throws(JSONError) -> JSONValue {
    var reader = JSONReader(maximumValues: maximumValues, repairsSurrogates: repairsSurrogates)
    let value = try reader.value(in: bytes.span, depth: 0)
    try reader.scanner.end(in: bytes.span)
    return value
  }

  private mutating func value(in text: Span<UInt8>, depth: Int) throws(JSONError) -> JSONValue {
    values += 1
    scanner.skipSpace(in: text)
    let start = scanner.position
    guard depth < Self.maximumDepth else {
      throw JSONError(.nestingTooDeep(limit: Self.maximumDepth), at: start)
    }
    guard values <= maximumValues else {
      throw JSONError(.tooManyValues(limit: maximumValues), at: start)
    }
    switch scanner.peek(in: text) {
    case UInt8(ascii: "{"): return .object(try object(in: text, depth: depth))
    case UInt8(ascii: "["): return .array(try array(in: text, depth: depth))
    case UInt8(ascii: "\""):
      let content = try scanner.string(in: text)
      return .string(try meaning(of: content, in: text))
    default: return try word(in: text, from: start)
    }
  }

  private mutating func object(in text: Span<UInt8>, depth: Int) throws(JSONError) -> [(String, JSONValue)] {
    var members: [(String, JSONValue)] = []
    var keys: Set<String> = []
    try scanner.open(in: text)
    while try scanner.advance(in: text) {
      let range = try scanner.key(in: text)
      let key = try meaning(of: range, in: text)
      guard keys.insert(key).inserted else { throw JSONError(.repeatedKey(key), at: range.lowerBound - 1) }
      members.append((key, try value(in: text, depth: depth + 1)))
    }
    return members
  }

  private mutating func array(in text: Span<UInt8>, depth: Int) throws(JSONError) -> [JSONValue] {
    var elements: [JSONValue] = []
    try scanner.open(in: text)
    while try scanner.advance(in: text) { elements.append(try value(in: text, depth: depth + 1)) }
    return elements
  }

  /// What a string means.
  ///
  /// - Parameter content: where it is, without its quotes.
  private func meaning(of content: Range<Int>, in text: Span<UInt8>) throws(JSONError) -> String {
    var meaning: [UInt8] = []
    let hasHalf = JSONString.decode(content, of: text, appendingTo: &meaning)
    guard !hasHalf || repairsSurrogates else {
      throw JSONError(.loneSurrogate, at: content.lowerBound - 1)
    }
    guard let string = String(validating: meaning, as: UTF8.self) else {
      throw JSONError(.notUTF8, at: content.lowerBound - 1)
    }
    return string
  }

  /// `true`, `false`, `null` or a number.
  private mutating func word(in text: Span<UInt8>, from start: Int) throws(JSONError) -> JSONValue {
    try scanner.skipValue(in: text)
    switch text[start] {
    case UInt8(ascii: "t"): return .bool(true)
    case UInt8(ascii: "f"): return .bool(false)
    case UInt8(ascii: "n"): return .null
    default:
      var digits: [UInt8] = []
      digits.append(text.extracting(start..<scanner.position))
      return .number(String(decoding: digits, as: UTF8.self))
    }
  }
}
