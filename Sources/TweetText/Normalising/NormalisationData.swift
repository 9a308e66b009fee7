/// What each scalar is to a normaliser: all that most texts need of `UnicodeTables`.
struct StabilityTable: Sendable {
  /// What a scalar is to a normaliser.
  enum Stability: UInt8, Sendable {
    /// It is in normal form, and begins something new.
    case stable
    /// A format character or variation selector: see `ScalarClass.format`.
    case format
    /// It is replaced, or may change places, or may be composed with what precedes it.
    case unstable
  }

  /// Which of `pages` each 256 scalars have.
  private var pageNumbers = [UInt8](repeating: 0, count: 0x1100)
  /// 256 each; the first is that of scalars that are all stable.
  private var pages = [Stability](repeating: .stable, count: 256)

  init() {
    UnicodeTables.forEachCombiningClass { scalars, _ in mark(scalars, .unstable) }
    UnicodeTables.forEachComposition { _, _, second in mark(second...second, .unstable) }
    UnicodeTables.forEachReplacement { scalar, _ in mark(scalar...scalar, .unstable) }
    mark(Hangul.vowels, .unstable)
    mark(Hangul.finals, .unstable)
    UnicodeTables.forEachFormat { mark($0, .format) }
  }

  @inline(__always)
  subscript(scalar: UInt32) -> Stability {
    pages[Int(pageNumbers[Int(scalar >> 8)]) << 8 | Int(scalar & 0xFF)]
  }

  private mutating func mark(_ scalars: ClosedRange<UInt32>, _ stability: Stability) {
    for scalar in scalars {
      let page = Int(scalar >> 8)
      if pageNumbers[page] == 0 {
        pageNumbers[page] = UInt8(truncatingIfNeeded: pages.count >> 8)
        pages.append(contentsOf: repeatElement(.stable, count: 256))
      }
      pages[Int(pageNumbers[page]) << 8 | Int(scalar & 0xFF)] = stability
    }
  }
}

/// What scalars are made of and what they make together: `UnicodeTables`, indexed.
struct Compositions: Sendable {
  private var combiningClasses: [UInt32: UInt8] = [:]
  private var compositions: [UInt64: UInt32] = [:]
  /// The second ones of those.
  private var seconds: Set<UInt32> = []
  /// Of a scalar that falls into others, which of `parts` these are: all the way down.
  private var decompositions: [UInt32: Range<Int>] = [:]
  private var parts: [UInt32] = []

  init() {
    var direct: [UInt32: [UInt32]] = [:]
    UnicodeTables.forEachCombiningClass { scalars, value in
      for scalar in scalars { combiningClasses[scalar] = value }
    }
    UnicodeTables.forEachComposition { composed, first, second in
      compositions[Self.key(first, second)] = composed
      seconds.insert(second)
      direct[composed] = [first, second]
    }
    UnicodeTables.forEachReplacement { direct[$0] = $1 }
    for scalar in direct.keys {
      let start = parts.count
      appendParts(of: scalar, in: direct)
      decompositions[scalar] = start..<parts.count
    }
  }

  /// Calls `body` with each scalar that a scalar is made of, and the combining classes of these.
  func forEachPart(of scalar: UInt32, _ body: (_ part: UInt32, _ combiningClass: UInt8) -> Void) {
    if let range = decompositions[scalar] {
      for part in parts[range] { body(part, combiningClasses[part] ?? 0) }
    } else if Hangul.syllables.contains(scalar) {
      Hangul.parts(of: scalar) { body($0, 0) }
    } else {
      body(scalar, combiningClasses[scalar] ?? 0)
    }
  }

  /// Whether a scalar of class 0 can be the second of two that compose.
  func composesWithWhatPrecedes(_ scalar: UInt32) -> Bool {
    seconds.contains(scalar) || Hangul.vowels.contains(scalar) || Hangul.finals.contains(scalar)
  }

  /// What two scalars are together; nil when they stay two.
  func composition(of first: UInt32, _ second: UInt32) -> UInt32? {
    compositions[Self.key(first, second)] ?? Hangul.composition(of: first, second)
  }

  private static func key(_ first: UInt32, _ second: UInt32) -> UInt64 {
    UInt64(first) << 32 | UInt64(second)
  }

  private mutating func appendParts(of scalar: UInt32, in direct: [UInt32: [UInt32]]) {
    guard let next = direct[scalar] else { return parts.append(scalar) }
    for part in next { appendParts(of: part, in: direct) }
  }
}

// Reading the tables.
extension UnicodeTables {
  fileprivate static func forEachCombiningClass(_ body: (_ scalars: ClosedRange<UInt32>, UInt8) -> Void) {
    var numbers = HexadecimalNumbers(combiningClasses)
    while let first = numbers.next(), let last = numbers.next(), let value = numbers.next() {
      body(first...last, UInt8(truncatingIfNeeded: value))
    }
  }

  fileprivate static func forEachComposition(
    _ body: (_ composed: UInt32, _ first: UInt32, _ second: UInt32) -> Void
  ) {
    var numbers = HexadecimalNumbers(compositions)
    while let composed = numbers.next(), let first = numbers.next(), let second = numbers.next() {
      body(composed, first, second)
    }
  }

  fileprivate static func forEachReplacement(_ body: (_ scalar: UInt32, _ target: [UInt32]) -> Void) {
    var numbers = HexadecimalNumbers(replacements)
    while let first = numbers.next(), let count = numbers.next(), let target = numbers.next() {
      for index in 0..<count { body(first + index, [target + index]) }
    }
    numbers = HexadecimalNumbers(sequences)
    while let scalar = numbers.next(), let count = numbers.next() {
      body(scalar, (0..<count).compactMap { _ in numbers.next() })
    }
  }

  fileprivate static func forEachFormat(_ body: (_ scalars: ClosedRange<UInt32>) -> Void) {
    var numbers = HexadecimalNumbers(formats)
    while let first = numbers.next(), let last = numbers.next() { body(first...last) }
  }
}

/// Numbers in hexadecimal with spaces between them.
private struct HexadecimalNumbers {
  private var bytes: String.UTF8View.Iterator

  init(_ text: String) { bytes = text.utf8.makeIterator() }

  mutating func next() -> UInt32? {
    var number: UInt32?
    while let byte = bytes.next() {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        number = (number ?? 0) << 4 | UInt32(byte - UInt8(ascii: "0"))
      case UInt8(ascii: "A")...UInt8(ascii: "F"):
        number = (number ?? 0) << 4 | UInt32(byte - UInt8(ascii: "A") + 10)
      default: if number != nil { return number }
      }
    }
    return number
  }
}

/// Syllables of two or three parts, which are computed. Source: the Unicode Standard, section 3.12.
private enum Hangul {
  static let syllables: ClosedRange<UInt32> = 0xAC00...0xD7A3
  static let initials: ClosedRange<UInt32> = 0x1100...0x1112
  static let vowels: ClosedRange<UInt32> = 0x1161...0x1175
  static let finals: ClosedRange<UInt32> = 0x11A8...0x11C2
  /// Finals and none.
  private static let finalCount: UInt32 = 28

  static func parts(of syllable: UInt32, _ body: (UInt32) -> Void) {
    let index = syllable - syllables.lowerBound
    let pair = index / finalCount
    body(initials.lowerBound + pair / UInt32(vowels.count))
    body(vowels.lowerBound + pair % UInt32(vowels.count))
    if index % finalCount > 0 { body(finals.lowerBound - 1 + index % finalCount) }
  }

  static func composition(of first: UInt32, _ second: UInt32) -> UInt32? {
    if initials.contains(first), vowels.contains(second) {
      let pair = (first - initials.lowerBound) * UInt32(vowels.count) + (second - vowels.lowerBound)
      return syllables.lowerBound + pair * finalCount
    }
    guard syllables.contains(first), (first - syllables.lowerBound) % finalCount == 0, finals.contains(second)
    else { return nil }
    return first + (second - finals.lowerBound + 1)
  }
}
