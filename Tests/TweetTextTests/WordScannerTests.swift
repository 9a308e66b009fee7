import Testing
import TweetText

@Suite("The words of a text") struct WordScannerTests {
  @Test(
    "Words are in small letters as they were written; stop words, names, links and numbers are none",
    arguments: [
      ("¡Qué GRAN día, Árbol! El PINGÜINO está en la cigüeña", ["día", "árbol", "pingüino", "cigüeña"]),
      ("covid19 2026 10:30 3,5 h2o _x_ a_b 4G", ["covid19", "h2o", "_x_", "a_b", "4g"]),
      ("@ana dijo @el_gato: hola", ["hola"]),
      ("mira https://t.co/Felices http://a.b/triste y HTTPS://X.Y/z bien httpx", ["mira", "httpx"]),
      ("RT via tb xq q", []),
      ("l'hora co\u{00AD}che", ["hora", "coche"]),
      (String(repeating: "ja", count: 15), [String(repeating: "ja", count: 15)]),
      (String(repeating: "ja", count: 15) + "j x ñ", []),
      ("ΟΔΟΣ кот 日本", ["οδοσ", "кот", "日本"]),
      ("", []), ("@", []), ("http", ["http"]), ("…", []),
    ])
  func words(text: String, expected: [String]) {
    #expect(Self.words(of: Array(text.utf8)) == expected)
  }

  @Test("Stop words are words where they are wanted; so are names, hashtags and the beginnings of links")
  func extras() {
    let text = Array("RT @Ana_1: qué #DíaGris HTTPS://T.co/aB?c=d#e @ # y a@b.es http:// http://x/ 9".utf8)
    #expect(Self.words(of: text) == ["díagris"])
    #expect(Self.words(of: text, .stopWords) == ["rt", "qué", "díagris", "es"])
    #expect(
      Self.words(of: text, .traces) == ["@ana_1", "#díagris", "https://t.co", "http://", "http://x"])
    #expect(
      Self.words(of: text, [.stopWords, .traces])
        == ["rt", "@ana_1", "qué", "#díagris", "https://t.co", "es", "http://", "http://x"])
  }

  @Test("Any bytes are read to their end")
  func anyBytes() {
    var state: UInt64 = 7
    for _ in 0..<2000 {
      let bytes = (0..<24).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return [UInt8(truncatingIfNeeded: state >> 33), 0x40, 0x68, 0x20, 0xC3][Int(state >> 60) % 5]
      }
      for word in Self.words(of: bytes) { #expect((2...30).contains(word.unicodeScalars.count)) }
      for word in Self.words(of: bytes, .traces) { #expect((2...60).contains(word.unicodeScalars.count)) }
    }
  }

  private static func words(of text: [UInt8], _ extras: WordScanner.Extras = []) -> [String] {
    var (scanner, words) = (WordScanner(extras), [String]())
    scanner.forEachWord(in: text.span) { word in
      var bytes: [UInt8] = []
      for index in word.indices { bytes.append(word[index]) }
      words.append(String(decoding: bytes, as: UTF8.self))
    }
    return words
  }
}
