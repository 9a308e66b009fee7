import Testing

@testable import TweetText

@Suite("UTF-8")
struct UTF8Tests {
  @Test(
    "well-formed text has no invalid offset",
    arguments: [
      "", "hola", "ñandú", "🙂 \u{10FFFF} \u{D7FF}\u{E000}", String(repeating: "año nuevo 🎉 ", count: 100),
    ])
  func wellFormed(text: String) {
    #expect(UTF8Validation.firstInvalidOffset(in: text.utf8.span) == nil)
  }

  @Test(
    "finds where ill-formed text begins",
    arguments: [
      ([0x80], 0), ([0x61, 0xFF], 1), ([0x61, 0xC3], 1), ([0xC0, 0xAF], 0), ([0x61, 0xE0, 0x80, 0xAF], 1),
      ([0xED, 0xA0, 0x80], 0), ([0xF4, 0x90, 0x80, 0x80], 0), ([0xC3, 0xB1, 0xF0, 0x9F, 0x98], 2),
    ] as [([UInt8], Int)])
  func illFormed(bytes: [UInt8], offset: Int) {
    #expect(UTF8Validation.firstInvalidOffset(in: bytes.span) == offset)
  }

  @Test(
    "an ill-formed sequence takes no well-formed byte with it",
    arguments: [
      ([0x61, 0xE2, 0x82, 0x62], "ab"), ([0xE2, 0x28, 0xA1], "("), ([0xF0, 0x9F, 0xC3, 0xB1], "ñ"),
      ([0xED, 0xA0, 0x80, 0x61], "a"), ([0xC3, 0x61], "a"), ([0xF0, 0x80, 0x80, 0x61], "a"),
      ([0xE1, 0x80, 0xC3, 0xB1], "ñ"), ([0xF4, 0x90, 0x61], "a"),
    ] as [([UInt8], String)])
  func illFormedSequencesEndEarly(bytes: [UInt8], text: String) {
    #expect(cleaned(bytes, .notebook) == Array(text.utf8))
  }

  @Test("the table knows scalars as the standard library does")
  func scalarTable() {
    let ranges: [ClosedRange<UInt32>] = [0...0x3000, 0xA640...0xA7FF, 0xFB00...0xFFFF, 0x1F000...0x1FAFF]
    let wrong = ranges.joined().compactMap(Unicode.Scalar.init).filter { scalar in
      let mapping = scalar.properties.lowercaseMapping.unicodeScalars
      let small = mapping.count == 1 ? mapping.first?.value : ScalarTable.severalScalars
      guard ScalarTable.shared.lowercase(of: scalar.value) == small else { return true }
      let known = ScalarTable.shared.class(of: scalar.value)
      // Emoji are all of one class, whatever else they are.
      let isEmoji = known.contains(.pictograph) && scalar.value >= 0xFE0F
      return known != ScalarClass(of: scalar) && !isEmoji
    }
    #expect(wrong.isEmpty)
  }
}
