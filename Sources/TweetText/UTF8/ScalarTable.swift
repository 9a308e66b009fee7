/// Classes and lower-case forms of scalars, cached for those common in tweets.
///
/// The first 0x2C00 scalars (all of Latin, Greek, Cyrillic, Arabic, punctuation, arrows, dingbats) are looked
/// up in two flat arrays; the rest ask the standard library each time, which is slower and rare.
/// Cost: 56 KB, and about 2 ms once a process.
struct ScalarTable: Sendable {
  /// The shared table, created once.
  static let shared = ScalarTable()

  /// In `lowercased`: a scalar whose lower-case form is more than one scalar (only `İ` has one).
  static let severalScalars: UInt32 = .max

  private static let limit: UInt32 = 0x2C00
  /// Where most emoji are: all of one class.
  static let emoji: ClosedRange<UInt32> = 0x1F300...0x1FAFF
  private let classes: [ScalarClass]
  private let lowercased: [UInt32]

  private init() {
    let scalars = (0..<Self.limit).map { Unicode.Scalar($0) ?? "\u{FFFD}" }
    classes = scalars.map(ScalarClass.init(of:))
    lowercased = scalars.map(Self.lowercase(of:))
  }

  /// The class of a scalar.
  @inline(__always)
  func `class`(of value: UInt32) -> ScalarClass {
    value < Self.limit ? classes[Int(value)] : Self.rareClass(of: value)
  }

  /// The lower-case form of a scalar, itself when it has none, or `severalScalars`.
  @inline(__always)
  func lowercase(of value: UInt32) -> UInt32 {
    value < Self.limit ? lowercased[Int(value)] : Self.rareLowercase(of: value)
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
  private static func rareClass(of value: UInt32) -> ScalarClass {
    switch value {
    case emoji: .pictograph
    case 0xFE0F: [.format, .pictograph]
    default: Unicode.Scalar(value).map(ScalarClass.init(of:)) ?? []
    }
  }

  @inline(never)
  private static func rareLowercase(of value: UInt32) -> UInt32 {
    Unicode.Scalar(value).map(lowercase(of:)) ?? value
  }

  private static func lowercase(of scalar: Unicode.Scalar) -> UInt32 {
    let mapping = scalar.properties.lowercaseMapping.unicodeScalars
    guard let first = mapping.first else { return scalar.value }
    return mapping.count == 1 ? first.value : severalScalars
  }
}
