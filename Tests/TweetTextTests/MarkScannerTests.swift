import TestSupport
import Testing

@testable import TweetText

/// Tests of `MarkScanner`, by way of the cleaner: what a text's marks are, and that they are gone from it.
@Suite("Marks")
struct MarkScannerTests {
  private func marks(_ text: String) -> [String] { marks(Array(text.utf8)) }

  private func marks(_ bytes: [UInt8]) -> [String] {
    var workspace = CleaningWorkspace()
    var cleaned: [UInt8] = []
    Cleaner(.standard, findsMarks: true).clean(bytes.span, using: &workspace, appendingTo: &cleaned)
    return workspace.marks.texts
  }

  @Test(
    "has one spelling for all variants of a face",
    arguments: [
      (":)", ":)|:-)|=)|:]|:))))|(:|(-:|：）|:>"), (":(", ":(|:-(|=(|:[|:((((|):|)-:|:c|:<"),
      (":'(", ":'(|:’(|)':|:'c"),
      (";)", ";)|;-)|;]|(;"), (">:(", ">:(|>:-("), (":D", ":D|:-D|=D|:DDD|;D"), ("xD", "xD|XD|xd|xDDDD"),
      (":P", ":P|:p|=P|:-p"), (":/", ":/|:-/|=/|:\\"), (":*", ":*|:-*|:***"),
      ("<3", "<3|<333|&lt;3|&amp;lt;3"),
      ("</3", "</3|<\\3"), ("T_T", "T_T|T__T|t_t|T.T|;_;|;-;|Q_Q"), ("^^", "^^|^_^|^.^|^o^"),
      ("-_-", "-_-|-__-|-.-"),
      ("o_o", "o_O|O.o|0_0"), (">.<", ">.<|>_<|><"), ("*_*", "*_*|*-*|*.*|*o*"), ("._.", "._.|.___.|.-."),
      ("¬¬", "¬¬|¬_¬"), ("\\o/", "\\o/|\\O/"), ("D:", "D:|D':"), ("(y)", "(y)|(Y)"),
      ("(ツ)", "¯\\_(ツ)_/¯|(ツ)"), ("(╯°□°)", "(╯°□°)╯︵|(╯°□°)"), ("(°ʖ°)", "( ͡° ͜ʖ ͡°)|(°ʖ°)"),
      ("(◕‿◕)", "(◕‿◕)|(◕ ‿ ◕)"),
      ("ʕ•ᴥ•ʔ", "ʕ•ᴥ•ʔ"), ("ಠ_ಠ", "ಠ_ಠ|ಠ__ಠ"),
      ("👍", "👍|👍🏽|👍🏿"), ("🤷", "🤷‍♀️|🤷🏻‍♂️|🤷"), ("👪", "👨‍👩‍👧|👨‍👩‍👧‍👦|👪"), ("❤", "❤️|❤|♥|♡|♥️"), ("🇪🇸", "🇪🇸"), ("☹", "☹️|☹"),
    ])
  func spellings(mark: String, variants: String) {
    for variant in variants.split(separator: "|") {
      #expect(marks("hola \(variant) ya") == [mark], "\(variant)")
      #expect(marks("\(variant)") == [mark], "\(variant)")
    }
  }

  @Test(
    "takes for a mark only what is drawn",
    arguments: [
      "nota: (esto)", "ver:(nota)", "son las 12:30, de 10 a 5:3", "título:Dos", "http://x:)😭", "@ana",
      "E.E.U.U. fin...",
      "2*3*4 precio:$500", "a/b c:\\d", "(2020) (¿qué?) (hola «a»)", "menos de <30", "1️⃣ ™ © ª º", "a -> b",
      "🇪", "--- ... ***",
      "今日は", "(€) (日本) (…)", "es: de", "exDiputado taxD", "A.U.U",
    ])
  func nothingDrawn(text: String) {
    #expect(marks(text) == [])
  }

  @Test("keeps order and repetitions, and finds marks that touch words and each other")
  func order() {
    #expect(marks("hola:) 😂😂 no:( <3<3 😭xD") == [":)", "😂", "😂", ":(", "<3", "<3", "😭", "xD"])
    #expect(marks("@ana :) https://t.co/x 😡") == [":)", "😡"])
    #expect(marks("#feliz😀#xD") == ["😀", "xD"])
  }

  @Test("looks for marks only where it was asked to, and forgets those of the text before")
  func onlyWhenAsked() {
    var workspace = CleaningWorkspace()
    var cleaned: [UInt8] = []
    Cleaner(.standard, findsMarks: true).clean(":)".utf8.span, using: &workspace, appendingTo: &cleaned)
    #expect(workspace.marks.count == 1)
    Cleaner(.standard).clean(":)".utf8.span, using: &workspace, appendingTo: &cleaned)
    #expect(workspace.marks.count == 0)
  }

  @Test("counts the marks that a model knows, and each three times at most")
  func knownMarks() {
    var workspace = CleaningWorkspace()
    var cleaned: [UInt8] = []
    let text = "😡 :) 😀 :) :) :) 😡"
    Cleaner(.standard, findsMarks: true).clean(
      Array(text.utf8).span, using: &workspace, appendingTo: &cleaned)
    var known = KnownMarks()
    MarkIndex([":)", "😡"]).find(workspace.marks, into: &known)
    #expect(known.numbers == [1, 0])
    #expect(known.counts == [2, 3])
  }

  @Test("is total, bounded and quick on hostile text")
  func hostile() {
    let pieces = [
      ":", "(", ")", "(", "ツ", "°", "ʕ", "•", "ʔ", "¬", "_", "T", "x", "D", ";", "-", "😀", "🇪", "👩", "🏽", "♀",
      "\u{FE0F}",
      "<", "3", "*", "^", ".", "o", "\\", "/", "@", "http://", " ", "é", "\u{361}",
    ]
    var generator = SeededGenerator(seed: 3)
    for _ in 0..<3000 {
      let text = (0..<Int.random(in: 0...14, using: &generator)).map { _ in
        pieces.randomElement(using: &generator) ?? ""
      }.joined()
      let found = marks(text)
      #expect(
        found.allSatisfy { !$0.isEmpty && $0.utf8.count <= TextMarks.longest }, "\(text.debugDescription)")
    }
    for piece in pieces {
      #expect(marks(String(repeating: piece, count: 20_000)).count <= TextMarks.limit)
    }
    #expect(marks([0xF0, 0x9F, 0x28, 0xFF, 0xE3]) == [])
  }
}
