import Foundation
import TestSupport
import Testing

@testable import TweetText

/// Tests of `Normaliser`: what Python's `unicodedata` says, and what a million marks cost.
@Suite("Normalising")
struct NormalisingTests {
  private func normal(_ text: String) -> String {
    String(decoding: normal(Array(text.utf8)), as: UTF8.self)
  }

  private func normal(_ bytes: [UInt8]) -> [UInt8] {
    var workspace = NormalisingWorkspace()
    return Normaliser.shared.normalise(bytes.span, using: &workspace) ? workspace.text : bytes
  }

  /// `NORMALISED` names a file of a million more: see `Tests/Golden/normalisation.py`.
  private static let golden =
    ProcessInfo.processInfo.environment["NORMALISED"].map { URL(fileURLWithPath: $0) }
    ?? URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appending(path: "../Golden/text-normalised.tsv")

  @Test("equals what Python makes of nasty strings, byte for byte")
  func golden() throws {
    let lines = try Data(contentsOf: Self.golden).split(separator: UInt8(ascii: "\n"))
    #expect(lines.count >= 600)
    var wrong = 0
    for line in lines {
      let columns = line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
      if normal(Array(columns[0])) != Array(columns[1]) { wrong += 1 }
      if normal(Array(columns[1])) != Array(columns[1]) { wrong += 1 }
    }
    #expect(wrong == 0)
  }

  @Test(
    "folds letters that are drawn otherwise",
    arguments: [
      ("ｑｕｅ ａｓｃｏ， １２", "que asco, 12"), ("𝗾𝘂𝗲 𝗮𝘀𝗰𝗼", "que asco"),
      ("𝓺𝓾𝓮 𝖆𝖘𝖈𝖔 𝕒𝕤𝕔𝕠 𝚊𝚜𝚌𝚘 𝘲𝘶𝘦", "que asco asco asco que"),
      ("ⓠⓤⓔ ⒜⒮⒞⒪ 🅰🆂🅲🅾 🅐🅑 🄰🅂", "que asco ASCO AB AS"), ("ʜᴏʟᴀ ᴍᴜɴᴅᴏ", "hola mundo"), ("ᵗᵉ ᵃᵐᵒ", "te amo"),
      ("ﬁn ﬂor", "fin flor"), ("ℋ𝑜𝓁𝒶", "Hola"), ("h̶o̶l̶a̶", "hola"), ("𝗲\u{301}", "é"), ("ｎ\u{303}", "ñ"),
      ("1º 2ª ™ ☺ 😀", "1º 2ª ™ ☺ 😀"), ("e\u{200B}\u{301} \u{FE0F}", "é \u{FE0F}"),
    ])
  func folds(text: String, letters: String) {
    #expect(normal(text).unicodeScalars.elementsEqual(letters.unicodeScalars))
  }

  @Test("gives a decomposed tweet the cleaned form of the composed one")
  func cleansAlike() {
    let composed = "¡QUÉ ilusión! #FelizAño #quéAsco mañana a Málaga &aacute;rbol"
    let decomposed = composed.decomposedStringWithCanonicalMapping
    #expect(!composed.utf8.elementsEqual(decomposed.utf8))
    #expect(cleaned(decomposed).utf8.elementsEqual(cleaned(composed).utf8))
    #expect(cleaned("e&#x301;so").utf8.elementsEqual("éso".utf8))
    #expect(cleaned("&#xFF06;lt;3") == "lt;3")
  }

  @Test("leaves the notebook's profile as it is")
  func notebook() {
    #expect(cleaned("e\u{301} ｑ", .notebook).utf8.elementsEqual("e\u{301} ".utf8))
  }

  @Test(
    "takes a time in proportion to the length, whatever the marks",
    arguments: [0x301, 0x1161, 0x9BE] as [UInt32])
  func manyMarks(mark: UInt32) throws {
    let marks = [mark, 0x323, 0x345].compactMap(Unicode.Scalar.init)
    var text = "a"
    for index in 0..<300_000 { text.unicodeScalars.append(marks[index % 3]) }
    let clock = ContinuousClock()
    let time = clock.measure { #expect(!normal(Array(text.utf8)).isEmpty) }
    #expect(time < .seconds(20))
  }

  @Test("is total: any bytes in, and the same again for what came out")
  func randomBytes() {
    var random = SystemRandomNumberGenerator()
    let pieces: [[UInt8]] = [
      [0xCC, 0x81], [0x65], [0xE2, 0x80, 0x8B], [0xF0, 0x9D, 0x97], [0xB2], [0xC3], [0xA9],
      [0xEF, 0xBC, 0x86],
      Array("lt;".utf8), Array("&#x301;".utf8), [0xFF], Array("#".utf8), Array("😀".utf8), [0xCC, 0xB6],
    ]
    for _ in 0..<20_000 {
      var bytes: [UInt8] = []
      for _ in 0..<Int.random(in: 0...8, using: &random) {
        bytes += pieces.randomElement(using: &random) ?? []
      }
      let once = normal(bytes)
      #expect(normal(once) == once, "\(bytes)")
      let clean = cleaned(bytes)
      #expect(String(validating: clean, as: UTF8.self) != nil)
      #expect(cleaned(clean) == clean, "\(bytes)")
    }
  }
}
