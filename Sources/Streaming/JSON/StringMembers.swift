internal import TweetText

/// The strings that a JSON object on one line holds under keys of interest.
package enum StringMembers {
  /// The strings under `keys`, in their order; nil where there is none. Of equal keys the last one counts.
  ///
  /// - Throws: `Rejection` when the line is not one JSON object in UTF-8.
  package static func read(_ keys: [String], in line: Span<UInt8>) throws(Rejection) -> [String?] {
    if let offset = UTF8Validation.firstInvalidOffset(in: line) {
      throw Rejection(.invalidUTF8, "byte \(offset) is not UTF-8")
    }
    var strings = [String?](repeating: nil, count: keys.count)
    var scanner = JSONScanner()
    scanner.skipSpace(in: line)
    guard scanner.peek(in: line) == UInt8(ascii: "{") else {
      throw Rejection(.notObject, "a line must hold a JSON object such as {\"text\":\"…\"}")
    }
    try scanner.open(in: line)
    while try scanner.advance(in: line) {
      let key = string(try scanner.key(in: line), of: line)
      let start = scanner.position
      guard try scanner.skipValue(in: line) == .string, let index = keys.firstIndex(of: key) else { continue }
      strings[index] = string((start + 1)..<(scanner.position - 1), of: line)
    }
    try scanner.end(in: line)
    return strings
  }

  private static func string(_ content: Range<Int>, of line: Span<UInt8>) -> String {
    var decoded: [UInt8] = []
    _ = JSONString.decode(content, of: line, appendingTo: &decoded)
    return String(decoding: decoded, as: UTF8.self)
  }
}
