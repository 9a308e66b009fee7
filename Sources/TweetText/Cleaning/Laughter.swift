/// Laughter of any length as one word: `jajajaja`, `JAJSJAJSJA` and `jajajaaaa` become `jaja`, `jejejé` `jeje`.
///
/// A laugh is a word of four letters or more, at least two of them `j` (or all of them `h` and one vowel, with two
/// `h`), and the others one vowel, or neighbouring keys: `s k d l h`. It keeps its vowel (`a` where there is
/// none) and its case: all in capitals, a first capital, or none. Spanish has no such words.
enum Laughter {
  /// Shortens all laughs of a text that has been cleaned.
  static func shorten(_ text: inout InPlaceText, table: ScalarTable) {
    while !text.isAtEnd {
      let end = table.end(of: .word, from: text.read, in: text.bytes.span)
      guard end > text.read else {
        text.copy(text.bytes.span.scalar(at: text.read).length)
        continue
      }
      if end - text.read >= 4, !Self.isMark(at: end, in: text.bytes.span),
        let laugh = Laugh(text.bytes.span, in: text.read..<end)
      {
        for index in 0..<4 { text.put(laugh.letter(index)) }
        text.read = end
      } else {
        text.copy(end - text.read)
      }
    }
    text.endPass()
  }

  /// Whether a scalar is at `offset` that could change the letter before it: what is normal has to stay so.
  private static func isMark(at offset: Int, in text: Span<UInt8>) -> Bool {
    offset < text.count && Normaliser.shared.isUnstable(text.scalar(at: offset).value)
  }
}

/// A word that is a laugh.
private struct Laugh {
  private var consonant = UInt8(ascii: "j")
  private var vowel: UInt8?
  private var isFirstCapital = false
  private var areAllCapitals = true

  init?(_ text: Span<UInt8>, in word: Range<Int>) {
    var (js, hs, others, letters) = (0, 0, 0, 0)
    var isOneVowel = true
    var offset = word.lowerBound
    while offset < word.upperBound {
      let scalar = text.scalar(at: offset)
      let (letter, isCapital) = Self.plain(scalar.value)
      if offset == word.lowerBound { isFirstCapital = isCapital }
      offset += scalar.length
      letters += 1
      if !isCapital { areAllCapitals = false }
      switch letter {
      case UInt8(ascii: "j"): js += 1
      case UInt8(ascii: "h"): hs += 1
      case UInt8(ascii: "a"), UInt8(ascii: "e"), UInt8(ascii: "i"), UInt8(ascii: "o"), UInt8(ascii: "u"):
        if let vowel, vowel != letter { isOneVowel = false }
        vowel = vowel ?? letter
      case UInt8(ascii: "s"), UInt8(ascii: "k"), UInt8(ascii: "d"), UInt8(ascii: "l"): others += 1
      default: return nil
      }
    }
    let isLaugh =
      js >= 2
      ? isOneVowel && others <= 2 * js : hs >= 2 && js == 0 && others == 0 && isOneVowel && vowel != nil
    guard letters >= 4, isLaugh else { return nil }
    if js == 0 { consonant = UInt8(ascii: "h") }
  }

  /// The small letter without its accent, where there is one of ASCII (else 0), and whether it was a capital.
  private static func plain(_ scalar: UInt32) -> (letter: UInt8, isCapital: Bool) {
    switch scalar {
    case 0x41...0x5A: (UInt8(scalar) | 0x20, true)
    case 0x61...0x7A: (UInt8(scalar), false)
    case 0xC1, 0xE1: (UInt8(ascii: "a"), scalar < 0xE0)
    case 0xC9, 0xE9: (UInt8(ascii: "e"), scalar < 0xE0)
    case 0xCD, 0xED: (UInt8(ascii: "i"), scalar < 0xE0)
    case 0xD3, 0xF3: (UInt8(ascii: "o"), scalar < 0xE0)
    case 0xDA, 0xFA: (UInt8(ascii: "u"), scalar < 0xE0)
    default: (0, false)
    }
  }

  /// One of the four letters of the short form.
  func letter(_ index: Int) -> UInt8 {
    let letter = index % 2 == 0 ? consonant : vowel ?? UInt8(ascii: "a")
    return areAllCapitals || index == 0 && isFirstCapital ? letter & ~0x20 : letter
  }
}
