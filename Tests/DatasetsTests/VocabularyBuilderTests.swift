import Testing
import TweetText

@testable import Datasets

@Suite("Vocabulary builders")
struct VocabularyBuilderTests {
  private func lines(_ list: WordList) -> [String] {
    String(decoding: list.lines, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  private func list(
    of texts: [String], _ change: (inout VocabularyBuilder) -> Void = { _ in }
  ) -> WordList {
    var builder = VocabularyBuilder()
    change(&builder)
    for text in texts { builder.add(Array(text.utf8).span) }
    return builder.wordList()
  }

  private static let special = SpecialToken.allCases.map(\.text)

  @Test("special tokens come first, then words by falling frequency, ties by bytes")
  func ranks() {
    let list = list(of: ["sí no no", "Sí no zeta", "ñu ñu zeta abc"])
    #expect(lines(list) == Self.special + ["no", "sí", "zeta", "ñu"])
  }

  @Test("words are those of the cleaned text")
  func cleans() {
    #expect(lines(list(of: ["@ana bien :) http://t.co/x", "bien :) @ana"])) == Self.special + ["bien"])
  }

  @Test("a word must be seen as often as asked")
  func asksForCount() {
    let list = list(of: ["a b", "b c", "b c"]) { $0.minimumCount = 1 }
    #expect(lines(list) == Self.special + ["b", "c", "a"])
  }

  @Test("the size counts the special tokens")
  func limitsSize() {
    let list = list(of: ["a b c", "a b c", "b c", "b"]) { $0.maximumSize = 11 }
    #expect(list.count == 11)
    #expect(lines(list) == Self.special + ["b", "c"])
  }

  @Test("a special token that texts contain is not repeated")
  func doesNotRepeatSpecialTokens() {
    let list = list(of: ["holaaaaa", "holaaaaa no no no no", "no no no no"])
    #expect(Set(lines(list)).count == list.count)
    #expect(throws: Never.self) { try Vocabulary(lines: list.lines.span) }
  }

  @Test("weights change the ranking, and not how often a word was seen")
  func weighs() {
    var builder = VocabularyBuilder()
    for text in ["mucho una", "mucho dos", "mucho"] { builder.add(Array(text.utf8).span) }
    for text in ["poco", "poco", "nunca"] { builder.add(Array(text.utf8).span, weight: 10) }
    #expect(lines(builder.wordList()) == Self.special + ["poco", "mucho"])
  }

  @Test("coverage tells how many of the words the vocabulary has")
  func covers() {
    let list = list(of: ["a b", "a c"])
    #expect((list.seen, list.covered, list.distinct) == (4, 2, 3))
  }

  @Test("a text's tokens are counted with their marks")
  func countsTokens() {
    var builder = VocabularyBuilder()
    #expect(builder.add(Array("Hola MUNDO y más".utf8).span) == 7)
  }
}
