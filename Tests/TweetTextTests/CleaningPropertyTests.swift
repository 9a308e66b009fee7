import TestSupport
import Testing
import TweetText

@Suite("Every profile, on nasty text")
struct CleaningPropertyTests {
  static let nasty: [[UInt8]] = [
    [], [0], [0x80], [0xFF, 0xFE], [0xC0, 0xAF], [0xE0, 0x80, 0xAF], [0xF0, 0x9F, 0x98],
    [0xF4, 0x90, 0x80, 0x80],
    [0xED, 0xA0, 0xBD, 0xED, 0xB8, 0x80], [0xEF, 0xBB, 0xBF, 0x61], [0xF8, 0x88, 0x80, 0x80, 0x80], [0xC3],
    [0x26, 0x23],
    Array("\u{301}\u{301}\u{301}".utf8), Array("👨‍👩‍👧‍👦👨🏿‍🚀🏴‍☠️\u{200D}\u{200D}".utf8),
    Array("שלום \u{202E}:) عالم @مرحبا #سلام ٣٤".utf8), Array("a\u{0}b\u{0}".utf8), Array("𝐇𝐨𝐥𝐚 ǅ İ ß".utf8),
    [0xF4, 0x8F, 0xBF, 0xBF, 0xEF, 0xBF, 0xBE, 0xEE, 0x80, 0x80, 0xEF, 0xB7, 0x90],
    Array("&&&&#&#x&amp&#1114112;&#xD800;&#0".utf8),
    Array("&&#97;mp;lt;3 &a&shy;mp; &#38;#38;#38;".utf8), Array(": :) D ): : ) (".utf8),
    Array("@@@@ @ ##".utf8),
    Array("http://http:// www.www. pic.twitter".utf8), Array("RT\u{AD} RT:RT RT".utf8),
    Array(":/:/:// <31️⃣ :$1️⃣".utf8),
  ]

  @Test("gives valid UTF-8", arguments: CleaningProfile.allCases, nasty)
  func givesValidUTF8(profile: CleaningProfile, bytes: [UInt8]) {
    let output = cleaned(bytes, profile)
    #expect(UTF8Validation.firstInvalidOffset(in: output.span) == nil)
  }

  @Test("standard cleaning changes nothing the second time", arguments: nasty)
  func cleaningTwice(bytes: [UInt8]) {
    let once = cleaned(bytes)
    #expect(cleaned(once) == once)
  }

  @Test("standard cleaning changes nothing the second time on text made of its own rules' pieces")
  func cleaningTwiceAtRandom() {
    let pieces = [
      ":", ";", "=", ")", "(", "[", "-", "'", "’", "^", "D", "p", "o", "c", "v", "3", "<", ">", "/", "\\",
      "|", "*", "@", "$",
      "_", "T", "u", "x", ".", " ", " ", "http://", "www.", "H", "#", "a", "RT", "é", "1", "\u{FE0F}",
      "\u{20E3}", "🙂", "\u{200D}",
      "&", "&amp;", "&lt;", "&#58;", "&#38;", "#", "38;", "lt;", "&#1;", "&shy;", "&nbsp;", "\u{AD}", "\u{0}",
      "\n", "¬", "•",
      "ツ", ".com", "&#97;", "mp;", "\u{301}", "(y)",
    ]
    var generator = SeededGenerator(seed: 42)
    for _ in 0..<4000 {
      let text = (0..<Int.random(in: 0...12, using: &generator)).map { _ in
        pieces.randomElement(using: &generator) ?? ""
      }.joined()
      let once = cleaned(text)
      #expect(cleaned(once) == once, "\(text.debugDescription)")
    }
  }

  @Test("any bytes give valid UTF-8 that is clean")
  func randomBytes() {
    var generator = SeededGenerator(seed: 7)
    let frequent = Array(" &#:)D<3@a\u{ED}\u{A0}".utf8)
    for _ in 0..<4000 {
      let bytes = (0..<Int.random(in: 0...12, using: &generator)).map { _ in
        Bool.random(using: &generator)
          ? UInt8.random(in: 0...255, using: &generator) : frequent.randomElement(using: &generator) ?? 0
      }
      let once = cleaned(bytes)
      #expect(UTF8Validation.firstInvalidOffset(in: once.span) == nil && cleaned(once) == once, "\(bytes)")
    }
  }

  @Test(
    "ends on long hostile text",
    arguments: CleaningProfile.allCases,
    [
      "a", ":", " ", "_", "-_", "@", "@a", "#", "&", "&amp", "&#38;", "<", "^", "http://", "http", "w", ":(",
      "\u{301}", "🙂", "\\o", "T_", "a@b.c",
    ]
  )
  func endsOnLongText(profile: CleaningProfile, piece: String) {
    let text = String(repeating: piece, count: 60_000 / piece.utf8.count)
    #expect(cleaned(text, profile).utf8.count <= text.utf8.count)
  }

  @Test("a letter a million times stays")
  func aMillionLetters() {
    let text = [UInt8](repeating: UInt8(ascii: "a"), count: 1 << 20)
    #expect(cleaned(text) == text)
  }
}
