/// Classes and lower-case forms of scalars, cached for those common in tweets.
///
/// Those of Latin are looked up in two flat arrays; those up to 0x2C00 (Greek, Cyrillic, Arabic, punctuation, arrows,
/// dingbats) in two more, which are made for the first text that has one; the rest ask the standard library each time,
/// which is slower and rare. Cost: 3 KB and 0.1 ms once a process, and then perhaps 53 KB and 2 ms.
struct ScalarTable: Sendable {
  /// The shared table, created once.
  static let shared = ScalarTable()

  /// In `lowercased`: a scalar whose lower-case form is more than one scalar (only `İ` has one).
  static let severalScalars: UInt32 = .max

  private static let latin: Range<UInt32> = 0..<0x250
  private static let common: Range<UInt32> = 0x250..<0x2C00
  /// Where most emoji are: all of one class.
  static let emoji: ClosedRange<UInt32> = 0x1F300...0x1FAFF
  private let classes: [ScalarClass]
  private let lowercased: [UInt32]

  /// The table of `common`.
  private static let others = ScalarTable(common)

  private init(_ range: Range<UInt32> = latin) {
    let scalars = range.map { Unicode.Scalar($0) ?? "\u{FFFD}" }
    classes = scalars.map(ScalarClass.init(of:))
    lowercased = scalars.map(Self.lowercase(of:))
  }

  /// The class of a scalar.
  @inline(__always)
  func `class`(of value: UInt32) -> ScalarClass {
    value < Self.latin.upperBound ? classes[Int(value)] : Self.otherClass(of: value)
  }

  /// The lower-case form of a scalar, itself when it has none, or `severalScalars`.
  @inline(__always)
  func lowercase(of value: UInt32) -> UInt32 {
    value < Self.latin.upperBound ? lowercased[Int(value)] : Self.otherLowercase(of: value)
  }

  /// Whether the scalar at `offset` is in one of `classes`; false at the end.
  @inline(__always)
  func contains(_ wanted: ScalarClass, at offset: Int, of bytes: Span<UInt8>) -> Bool {
    guard offset < bytes.count else { return false }
    return !`class`(of: bytes.scalar(at: offset).value).isDisjoint(with: wanted)
  }

  /// The first offset from `offset` on whose scalar is in none of `classes`, or the end.
  @inline(__always)
  func end(of wanted: ScalarClass, from offset: Int, in bytes: Span<UInt8>) -> Int {
    var end = offset
    while end < bytes.count {
      let scalar = bytes.scalar(at: end)
      guard !`class`(of: scalar.value).isDisjoint(with: wanted) else { break }
      end += scalar.length
    }
    return end
  }

  @inline(never)
  private static func otherClass(of value: UInt32) -> ScalarClass {
    switch value {
    case common: others.classes[Int(value - common.lowerBound)]
    case emoji: .pictograph
    case 0xFE0F: [.format, .pictograph]
    default: Unicode.Scalar(value).map(ScalarClass.init(of:)) ?? []
    }
  }

  @inline(never)
  private static func otherLowercase(of value: UInt32) -> UInt32 {
    if common.contains(value) { return others.lowercased[Int(value - common.lowerBound)] }
    return Unicode.Scalar(value).map(lowercase(of:)) ?? value
  }

  private static func lowercase(of scalar: Unicode.Scalar) -> UInt32 {
    let mapping = scalar.properties.lowercaseMapping.unicodeScalars
    guard let first = mapping.first else { return scalar.value }
    return mapping.count == 1 ? first.value : severalScalars
  }
}
