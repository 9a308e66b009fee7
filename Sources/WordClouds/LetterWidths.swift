/// How wide texts are in bold letters of Arial, and of the fonts made to be as wide: Liberation Sans, Arimo, Helvetica.
///
/// The advance widths of U+0020 to U+007E and U+00A1 to U+00FF, in thousandths of the letters' size, were measured in
/// Liberation Sans Bold 2.1.5. What is not there is estimated, wider rather than narrower. A picture that draws a text exactly
/// as wide as it says needs no more (`SVG.Lettering.length`).
package enum LetterWidths {
  /// How far lines of text reach above and below the baseline, as shares of the letters' size: as in DejaVu Sans, the tallest
  /// of the fonts that may take Arial's place.
  package static let (ascent, descent) = (0.93, 0.24)

  /// The width of a text as a multiple of the letters' size.
  package static func width(of text: String) -> Double {
    text.reduce(0) { $0 + width(of: $1) }
  }

  private static func width(of character: Character) -> Double {
    if character.unicodeScalars.contains(where: isWide) { return wide }
    return character.unicodeScalars.reduce(0) { $0 + width(of: $1) }
  }

  private static func width(of scalar: Unicode.Scalar) -> Double {
    switch scalar.value {
    case 0x20...0x7E: Double(ascii[Int(scalar.value) - 0x20]) / 1000
    case 0xA1...0xFF: Double(latin[Int(scalar.value) - 0xA1]) / 1000
    default:
      switch scalar.properties.generalCategory {
      case .nonspacingMark, .enclosingMark, .format: 0
      default: usual
      }
    }
  }

  /// Emoji, and what takes a square in East Asian texts.
  private static func isWide(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x1100...0x115F, 0x2600...0x27BF, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE0F,
      0xFF00...0xFF60, 0x1F000...0x1FAFF:
      true
    default: scalar.properties.isEmojiPresentation
    }
  }

  /// Of an emoji in Noto Color Emoji.
  private static let wide = 1.25
  /// Of a letter that was not measured: a capital.
  private static let usual = 0.72

  private static let ascii: [Int16] = [
    278, 333, 474, 556, 556, 889, 722, 238, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556,
    556, 556, 556, 556, 556, 333, 333, 584, 584, 584, 611, 975, 722, 722, 722, 722, 667, 611, 778, 722, 278,
    556, 722, 611, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 333, 278, 333, 584,
    556, 333, 556, 611, 556, 611, 556, 333, 611, 611, 278, 278, 556, 278, 889, 611, 611, 611, 611, 389, 556,
    333, 611, 556, 778, 556, 556, 500, 389, 280, 389, 584,
  ]

  private static let latin: [Int16] = [
    333, 556, 556, 556, 556, 280, 556, 333, 737, 370, 556, 584, 333, 737, 552, 400, 549, 333, 333, 333, 576,
    556, 333, 333, 333, 365, 556, 834, 834, 834, 611, 722, 722, 722, 722, 722, 722, 1000, 722, 667, 667, 667,
    667, 278, 278, 278, 278, 722, 722, 778, 778, 778, 778, 778, 584, 778, 722, 722, 722, 722, 667, 667, 611,
    556, 556, 556, 556, 556, 556, 889, 556, 556, 556, 556, 556, 278, 278, 278, 278, 611, 611, 611, 611, 611,
    611, 611, 549, 611, 611, 611, 611, 611, 556, 611, 556,
  ]
}
