/// A character written as HTML writes it: `&lt;`, `&#233;`, `&#xE9;`.
///
/// The rules are the HTML standard's (section 13.2.5.72 on), as Python's `html.unescape` has them:
///
/// - a number ends at the first byte that is no digit; the `;` may be missing (`&#233` is `é`);
/// - 0, surrogates and numbers above 10FFFF mean U+FFFD; 80–9F mean what they mean in windows-1252 (`&#128;`
///   is `€`); other controls and noncharacters mean nothing at all;
/// - the names of Latin-1 may miss their `;`, and then the longest name that fits is taken (`&notas` is
///   `¬as`).
///
/// Only the names of HTML 4 are known (and `apos`): of the 2,125 others tweets have none.
struct CharacterReference: Equatable {
  /// The scalar that it stands for; nil when it stands for nothing.
  let scalar: UInt32?
  /// How many bytes it takes, without the ampersand.
  let length: Int

  /// Reads the reference whose ampersand is just before `offset`; nil when there is none.
  init?(after offset: Int, in bytes: Span<UInt8>) {
    guard offset < bytes.count else { return nil }
    let reference =
      bytes[offset] == UInt8(ascii: "#")
      ? Self.number(at: offset + 1, in: bytes) : Self.name(at: offset, in: bytes)
    guard let reference else { return nil }
    self = reference
  }

  private init(scalar: UInt32?, length: Int) {
    self.scalar = scalar
    self.length = length
  }

  // MARK: Numbers

  private static func number(at offset: Int, in bytes: Span<UInt8>) -> CharacterReference? {
    var end = offset
    var radix: UInt32 = 10
    if end < bytes.count, bytes[end] | 0x20 == UInt8(ascii: "x") {
      radix = 16
      end += 1
    }
    let firstDigit = end
    var number: UInt32 = 0
    while end < bytes.count, let digit = digit(bytes[end], radix: radix) {
      number = min(number * radix + digit, 0x110000)
      end += 1
    }
    guard end > firstDigit else { return nil }
    if end < bytes.count, bytes[end] == UInt8(ascii: ";") { end += 1 }
    return CharacterReference(scalar: scalar(numbered: number), length: end - offset + 1)
  }

  private static func digit(_ byte: UInt8, radix: UInt32) -> UInt32? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "A")...UInt8(ascii: "F") where radix == 16: UInt32(byte - UInt8(ascii: "A") + 10)
    case UInt8(ascii: "a")...UInt8(ascii: "f") where radix == 16: UInt32(byte - UInt8(ascii: "a") + 10)
    default: nil
    }
  }

  private static func scalar(numbered number: UInt32) -> UInt32? {
    switch number {
    case 0, 0xD800...0xDFFF, 0x110000...: 0xFFFD
    case 0x0D: 0x0D
    case 0x80...0x9F: windows1252[Int(number - 0x80)]
    case 0x01...0x08, 0x0B, 0x0E...0x1F, 0x7F, 0xFDD0...0xFDEF: nil
    case _ where number & 0xFFFE == 0xFFFE: nil
    default: number
    }
  }

  /// What the bytes 80–9F mean in windows-1252. Source: the HTML standard, section 13.2.5.80.
  private static let windows1252: [UInt32] = [
    0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
    0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D, 0x017D, 0x8F,
    0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
    0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D, 0x017E, 0x0178,
  ]

  // MARK: Names

  private static let longestName = 8
  private static let longestNameWithoutSemicolon = 6

  private static func name(at offset: Int, in bytes: Span<UInt8>) -> CharacterReference? {
    var end = offset
    while end < bytes.count, end - offset < longestName, isASCIILetterOrDigit(bytes[end]) { end += 1 }
    guard end > offset else { return nil }
    if end < bytes.count, bytes[end] == UInt8(ascii: ";"),
      let scalar = named.scalar(of: bytes, in: offset..<end)
    {
      return CharacterReference(scalar: scalar, length: end + 1 - offset)
    }
    var length = min(end - offset, longestNameWithoutSemicolon)
    while length >= 2 {
      if let scalar = named.scalar(of: bytes, in: offset..<(offset + length)), named.mayMissSemicolon(scalar)
      {
        return CharacterReference(scalar: scalar, length: length)
      }
      length -= 1
    }
    return nil
  }

  private static func isASCIILetterOrDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "a")...UInt8(ascii: "z"):
      true
    default: false
    }
  }

  private static let named = NamedScalars(names)
}

/// The names and what they stand for, indexed.
private struct NamedScalars {
  private var index = ByteStringIndex()
  private var scalars: [UInt32] = []

  /// Reads `name hexadecimal name hexadecimal …`.
  init(_ names: String) {
    let words = names.split(whereSeparator: \.isWhitespace)
    for position in stride(from: 0, to: words.count - 1, by: 2) {
      guard let scalar = UInt32(words[position + 1], radix: 16) else { continue }
      let name = Array(words[position].utf8)
      index.insert(name.span, in: 0..<name.count)
      scalars.append(scalar)
    }
  }

  func scalar(of bytes: Span<UInt8>, in range: Range<Int>) -> UInt32? {
    index.position(of: bytes, in: range).map { scalars[$0] }
  }

  /// HTML lets exactly the names of Latin-1 and of `& < > "` miss their semicolon; `apos` came later.
  func mayMissSemicolon(_ scalar: UInt32) -> Bool { scalar < 0x100 && scalar != 0x27 }
}
