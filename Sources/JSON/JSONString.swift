/// The text inside a JSON string's quotes, to and from UTF-8.
package enum JSONString {
  /// Appends what the string means: escapes decoded, all else copied.
  ///
  /// - Parameter content: the string without its quotes; its grammar has been checked by `JSONScanner`.
  /// - Returns: whether a surrogate without its partner was replaced by U+FFFD.
  package static func decode(
    _ content: Range<Int>, of text: Span<UInt8>, appendingTo output: inout [UInt8]
  ) -> Bool {
    var position = content.lowerBound
    var hadLoneSurrogate = false
    while position < content.upperBound {
      guard text[position] == UInt8(ascii: "\\") else {
        output.append(text[position])
        position += 1
        continue
      }
      guard text[position + 1] == UInt8(ascii: "u") else {
        output.append(meaning(ofEscape: text[position + 1]))
        position += 2
        continue
      }
      let (scalar, length) = unicodeEscape(at: position, before: content.upperBound, of: text)
      hadLoneSurrogate = hadLoneSurrogate || scalar == nil
      output.append(scalar: scalar ?? "\u{FFFD}")
      position += length
    }
    return hadLoneSurrogate
  }

  /// Whether the string means `name`, escapes decoded.
  package static func means(_ name: [UInt8], _ content: Range<Int>, of text: Span<UInt8>) -> Bool {
    var isEscaped = false
    for index in content where text[index] == UInt8(ascii: "\\") { isEscaped = true }
    guard isEscaped else { return text.extracting(content).elementsEqual(name) }
    var decoded: [UInt8] = []
    _ = decode(content, of: text, appendingTo: &decoded)
    return decoded == name
  }

  /// Whether the string means nothing but white space, or nothing at all.
  package static func isBlank(_ content: Range<Int>, of text: Span<UInt8>) -> Bool {
    for index in content where text[index] > 0x20 {
      // A letter, in all but a few cases: no white space begins with these bytes.
      guard [UInt8(ascii: "\\"), 0xC2, 0xE1, 0xE2, 0xE3].contains(text[index]) else { return false }
      var decoded: [UInt8] = []
      _ = decode(content, of: text, appendingTo: &decoded)
      return String(decoding: decoded, as: UTF8.self).unicodeScalars.allSatisfy(\.properties.isWhitespace)
    }
    return true
  }

  /// Appends `text`, which must be valid UTF-8, as a JSON string with its quotes.
  ///
  /// Escaped is what must be: quotes, backslashes and control characters.
  package static func encode(_ text: Span<UInt8>, appendingTo output: inout [UInt8]) {
    output.append(UInt8(ascii: "\""))
    for index in text.indices {
      switch text[index] {
      case UInt8(ascii: "\""): output.append(ascii: "\\\"")
      case UInt8(ascii: "\\"): output.append(ascii: "\\\\")
      case UInt8(ascii: "\n"): output.append(ascii: "\\n")
      case UInt8(ascii: "\r"): output.append(ascii: "\\r")
      case UInt8(ascii: "\t"): output.append(ascii: "\\t")
      case let byte where byte < 0x20:
        output.append(ascii: "\\u00")
        output.append(hexadecimalDigit(byte >> 4))
        output.append(hexadecimalDigit(byte & 15))
      case let byte: output.append(byte)
      }
    }
    output.append(UInt8(ascii: "\""))
  }

  /// `text` as a JSON string with its quotes.
  package static func quoted(_ text: String) -> String {
    var output: [UInt8] = []
    encode(Array(text.utf8).span, appendingTo: &output)
    return String(decoding: output, as: UTF8.self)
  }

  /// The scalar of `\uXXXX`, or of two that make a surrogate pair (nil for half a pair), and the escape's length.
  private static func unicodeEscape(
    at position: Int, before end: Int, of text: Span<UInt8>
  ) -> (Unicode.Scalar?, length: Int) {
    let first = codeUnit(at: position, of: text)
    if let scalar = Unicode.Scalar(first) { return (scalar, 6) }
    guard UTF16.isLeadSurrogate(UInt16(first)), position + 12 <= end,
      text[position + 6] == UInt8(ascii: "\\"), text[position + 7] == UInt8(ascii: "u")
    else { return (nil, 6) }
    let second = codeUnit(at: position + 6, of: text)
    guard UTF16.isTrailSurrogate(UInt16(second)) else { return (nil, 6) }
    return (Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)), 12)
  }

  private static func codeUnit(at position: Int, of text: Span<UInt8>) -> UInt32 {
    (2...5).reduce(0) { $0 << 4 | (text[position + $1].hexadecimalValue ?? 0) }
  }

  private static func meaning(ofEscape letter: UInt8) -> UInt8 {
    switch letter {
    case UInt8(ascii: "b"): 0x08
    case UInt8(ascii: "f"): 0x0C
    case UInt8(ascii: "n"): 0x0A
    case UInt8(ascii: "r"): 0x0D
    case UInt8(ascii: "t"): 0x09
    default: letter
    }
  }

  private static func hexadecimalDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? 0x30 + value : 0x57 + value
  }
}

extension Span<UInt8> {
  /// Whether these bytes are those of `other`.
  package func isEqual(to other: Span<UInt8>) -> Bool {
    guard count == other.count else { return false }
    for index in indices where self[index] != other[index] { return false }
    return true
  }

  /// Whether these bytes are those of `other`.
  package func elementsEqual(_ other: [UInt8]) -> Bool {
    guard count == other.count else { return false }
    for index in indices where self[index] != other[index] { return false }
    return true
  }

  /// The offset of the first byte that is not part of well-formed UTF-8, the only encoding of JSON text (RFC 8259,
  /// section 8.1); nil when all is well-formed.
  ///
  /// Cost: one pass, no allocation; ASCII is read in whole words by the standard library.
  package var firstInvalidUTF8: Int? {
    do throws(UTF8.ValidationError) {
      _ = try UTF8Span(validating: self)
      return nil
    } catch {
      return error.byteOffsets.lowerBound
    }
  }
}

extension [UInt8] {
  /// Appends a literal's UTF-8.
  @inlinable package mutating func append(ascii literal: StaticString) {
    append(contentsOf: literal.description.utf8)
  }

  /// Appends one scalar as UTF-8.
  @inlinable package mutating func append(scalar: Unicode.Scalar) {
    append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
  }

  /// Appends bytes of another buffer.
  @inlinable package mutating func append(_ bytes: Span<UInt8>) {
    // Sound: the bytes are only read, and copied before the span could end.
    unsafe bytes.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
  }

  /// Appends a whole number in decimal digits.
  @inlinable package mutating func append(decimal number: Int) {
    append(contentsOf: String(number).utf8)
  }

  /// Appends a number of millionths as a decimal fraction with six places: 915900 → `0.915900`.
  @inlinable package mutating func append(millionths number: Int) {
    append(decimal: number / 1_000_000)
    append(UInt8(ascii: "."))
    var unit = 100_000
    while unit > 0 {
      append(0x30 + UInt8(number / unit % 10))
      unit /= 10
    }
  }
}
