import TestSupport
import Testing
import TweetText

@testable import Datasets

@Suite("Distant labels")
struct DistantLabelTests {
  private func textClass(_ tweet: String, _ label: DistantLabel = DistantLabel()) -> TextClass? {
    label.textClass(of: Array(tweet.utf8).span)
  }

  private static let all = DistantLabel(emoticons: .all)

  @Test(
    "the case study's emoticons count wherever they stand",
    arguments: [
      ("siempre estuviste a mi lado :)", TextClass.positive), ("Que bonito :).#Hottest", .positive),
      ("gracias! }:)", .positive), ("lunes :-) http://t.co/x", .positive), ("hola:))))", .positive),
      ("te extraño :(", .negative), ("ay :-((", .negative), (":(", .negative),
      ("sin nada", .unlabelled), ("", .unlabelled), ("=) :D ;( <3", .unlabelled), ("❤️ 😢", .unlabelled),
      (": ) : - (", .unlabelled), (":-", .unlabelled), (":", .unlabelled),
    ])
  func basicEmoticons(_ tweet: String, _ expected: TextClass) {
    #expect(textClass(tweet) == expected)
  }

  @Test(
    "a tweet with both kinds has no class",
    arguments: ["primero :( y luego :)", ":):(", "ni fu :-) ni fa :-("])
  func bothKinds(_ tweet: String) {
    #expect(textClass(tweet) == nil)
    #expect(textClass(tweet, Self.all) == nil)
  }

  @Test(
    "with all emoticons happy faces are positive",
    arguments: [
      ":)", ":-)", "=)", ";)", ";-)", ":']", ":}", ":D", ":-DDD", "=D", "hoy :D!", ":3", ":33 hola",
      "(: hola", "(-:",
      "<3", "<333", "&lt;3", "te quiero <3!", "^^", "^_^", "^.^", "\\o/", ":*", ":-* besos",
    ])
  func happyFaces(_ tweet: String) {
    #expect(textClass(tweet, Self.all) == .positive)
  }

  @Test(
    "with all emoticons sad faces are negative",
    arguments: [
      ":(", ":-(", "=(", ";(", ":'(", ":’(", ":[", ":{", ":c", ":ccc", ":'c", ":/", ":-/ no", ":\\", "D:",
      "no D':",
      "):", "mal ):", "</3", "&lt;/3", "T_T", "T.T", "T__T", ";_;", ">:(",
    ])
  func sadFaces(_ tweet: String) {
    #expect(textClass(tweet, Self.all) == .negative)
  }

  @Test(
    "what only looks like a face is none",
    arguments: [
      "http://t.co/abc", "RT @ana: hoy https:/…", "*Hora:* 8", "datos:[20]", "son las 10:30", "a las 8:3",
      "*Menú:* pan", "añT_T",
      "título:Dos", "nota:casa", "Ana (Madrid): hola", "xD",
      ":P :v :o",
      "(&quot;hola&quot;)", "<30 años", "LED: nuevo", "x^2", "A.T.T", "3 :30", ":Día", "(hola :",
    ])
  func noFaces(_ tweet: String) {
    #expect(textClass(tweet, Self.all) == .unlabelled)
  }

  @Test(
    "emoji count where they are asked for",
    arguments: [
      ("te quiero ❤️", TextClass.positive), ("😍😍", .positive), ("bien 👏🏻", .positive), ("♥", .positive),
      ("💔", .negative), ("😢", .negative), ("☹", .negative), ("😡!!", .negative),
      ("😂😭🤣", .unlabelled), ("🎶 ⚽ ñ € 日本", .unlabelled),
    ])
  func emoji(_ tweet: String, _ expected: TextClass) {
    #expect(textClass(tweet, DistantLabel(usesEmoji: true)) == expected)
    #expect(textClass(tweet) == .unlabelled)
  }

  @Test("an emoticon and an emoji of different moods leave a tweet without class")
  func emojiAgainstEmoticon() {
    #expect(textClass("jaja :) 😢", DistantLabel(usesEmoji: true)) == nil)
  }

  @Test("any bytes will do")
  func anyBytes() {
    var random = SeededGenerator(seed: 1)
    let bytes: [UInt8] = [
      0xF0, 0x9F, 0x98, 0xE2, 0x80, 0x99, 0x3A, 0x29, 0x2D, 0x27, 0x44, 0x3B, 0x26, 0x3C, 0xFF,
    ]
    for length in 0..<200 {
      let tweet = (0..<length).map { _ in bytes.randomElement(using: &random) ?? 0 }
      _ = DistantLabel(emoticons: .all, usesEmoji: true).textClass(of: tweet.span)
    }
  }

  /// Faces drawn in all ways that eyes, noses and mouths allow, and others.
  private static let faces: [String] = {
    let noses = ["", "-", "'", "’", "-'", "'-", "--"]
    let drawn = [":", ";", "="].flatMap { eyes in
      noses.flatMap { nose in
        let mouths = [
          ")", "(", "]", "[", "}", "{", "))", "D", "DDD", "3", "33", "*", "c", "C", "ccc", "/", "\\",
        ]
        return mouths.map { eyes + nose + $0 } + ["(", ")", "D"].map { $0 + nose + eyes }
      }
    }
    let others = [
      "<3", "<333", "&lt;3", "</3", "<\\3", "&lt;/3", "^^", "^_^", "^.^", "^-^", "^o^", "\\o/", "T_T", "T__T",
      "T.T",
      ";_;", ";__;", ">:(", ">:)", "😍", "💔", "☹️", "👏🏻", "❤️", "🖤",
    ]
    return drawn + others
  }()

  @Test("no face that gives a label is left by the standard cleaning", arguments: faces)
  func leavesNoTrace(_ face: String) {
    let tweet = Array("antes \(face) después".utf8)
    guard DistantLabel(emoticons: .all, usesEmoji: true).textClass(of: tweet.span) != .unlabelled else {
      return
    }
    var cleaned: [UInt8] = []
    Cleaner(.standard).clean(tweet.span, appendingTo: &cleaned)
    #expect(String(decoding: cleaned, as: UTF8.self) == "antes después")
  }

  @Test("some two hundred of these faces give a label")
  func knowsFaces() {
    let label = DistantLabel(emoticons: .all, usesEmoji: true)
    let known = Self.faces.filter { label.textClass(of: Array($0.utf8).span) != .unlabelled }
    #expect(known.count > 200)
  }
}
