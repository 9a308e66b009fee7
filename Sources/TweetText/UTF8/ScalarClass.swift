/// What the rules of cleaning and tokenising need to know about a scalar.
///
/// `word` and `space` are exactly `\w` and `\s` of Python's regular expressions, and the three cases exactly
/// what `str.isupper`, `str.islower` and `str.istitle` look at, because the vocabulary and the goldens were
/// made with them.
struct ScalarClass: OptionSet {
  let rawValue: UInt8

  /// Python's `\w`: letters (general category L*), everything with a numeric value, and `_`. Combining marks
  /// are not.
  static let word = ScalarClass(rawValue: 1 << 0)
  /// Python's `\s`: tab to carriage return, U+001C–U+001F, U+0085, and the separators (Zs, U+2028, U+2029).
  static let space = ScalarClass(rawValue: 1 << 1)
  /// Derived property Uppercase.
  static let uppercase = ScalarClass(rawValue: 1 << 2)
  /// Derived property Lowercase.
  static let lowercase = ScalarClass(rawValue: 1 << 3)
  /// General category Lt, such as `ǅ`.
  static let titlecase = ScalarClass(rawValue: 1 << 4)
  /// Control characters (Cc), which have no glyph and separate words.
  static let control = ScalarClass(rawValue: 1 << 5)
  /// Format characters (Cf: soft hyphen, zero-width space, joiners, direction marks), variation selectors, and
  /// U+20E3, the frame of a keycap. They are parts of words and belong to the preceding character.
  static let format = ScalarClass(rawValue: 1 << 6)
  /// Emoji and the symbols that faces are drawn with: see `isPictograph` below.
  static let pictograph = ScalarClass(rawValue: 1 << 7)

  init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Asks the standard library's Unicode tables: slow (up to a hundred nanoseconds). `ScalarTable` remembers
  /// it.
  init(of scalar: Unicode.Scalar) {
    let properties = scalar.properties
    let category = properties.generalCategory
    var result: ScalarClass = []
    if Self.isLetter(category) || properties.numericType != nil || scalar == "_" { result.insert(.word) }
    if Self.isSpace(scalar, category) { result.insert(.space) }
    if properties.isUppercase { result.insert(.uppercase) }
    if properties.isLowercase { result.insert(.lowercase) }
    if category == .titlecaseLetter { result.insert(.titlecase) }
    if category == .control { result.insert(.control) }
    if category == .format || scalar.properties.isVariationSelector || scalar == "\u{20E3}" {
      result.insert(.format)
    }
    if Self.isPictograph(scalar) { result.insert(.pictograph) }
    self = result
  }

  private static func isLetter(_ category: Unicode.GeneralCategory) -> Bool {
    switch category {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
    default: false
    }
  }

  private static func isSpace(_ scalar: Unicode.Scalar, _ category: Unicode.GeneralCategory) -> Bool {
    switch category {
    case .spaceSeparator, .lineSeparator, .paragraphSeparator: true
    default:
      switch scalar.value {
      case 0x09...0x0D, 0x1C...0x1F, 0x85: true
      default: false
      }
    }
  }

  /// Emoji, and what else the profile `standard` removes scalar by scalar:
  ///
  /// - everything from U+24C2 up. The case study's emoji pattern spans it, and so did the text that the
  ///   network learned from: symbols, dingbats, variation selectors, and also the scripts there (a Spanish
  ///   vocabulary has no word of them; most of what tweets have of them is in drawn faces);
  /// - emoji below that: `©`, `®`, `‼`, `™`, `ℹ`, some arrows and clocks;
  /// - `¬` and `¯`, which tweets use for eyes (`¬¬`) and raised arms (`¯\_(ツ)_/¯`).
  private static func isPictograph(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x80: false
    case 0xAC, 0xAF: true
    case 0x24C2...: true
    default: scalar.properties.isEmoji
    }
  }
}
