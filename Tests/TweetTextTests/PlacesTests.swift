import Testing

@testable import TweetText

/// Tokens and n-grams with their places, compared with those without.
@Suite("Places in the cleaned text")
struct PlacesTests {
  private static let texts = [
    "", "hola", "¡Qué GRAN día!", "holaaaa no no no, ya", "no no nooooo", "aaaa",
    "jajaja ja ja ja no no no no",
    "&amp;lt;3 T&uacute; &lt;3 &&#97;mp; a&b", "D'Alessandro 12:30 ... .. !!!! a....b",
    "ñññññ 😍😍😍😍 é\u{301}\u{301}",
    "no me gusta nada, pero sí el día", "xxrep 4 a xxbos", " dos  espacios ", "ΟΔΟΣ ΟΔΟΣ ΟΔΟΣ", "ya ya ya",
    String(repeating: "qw er ", count: 400),
  ]

  @Test("Tokens are the same, and words are the text without its spaces", arguments: texts)
  func tokens(text: String) {
    let bytes = Array(text.utf8)
    let placed = Tokenizer.placedTokens(of: bytes)
    #expect(placed.map(\.text) == Tokenizer.tokens(of: text))
    let words = Tokenizer.words(of: placed, in: bytes)
    for (first, second) in zip(words, words.dropFirst()) { #expect(first.upperBound <= second.lowerBound) }
    let gaps = zip([0] + words.map(\.upperBound), words.map(\.lowerBound) + [bytes.count])
    for (end, start) in gaps { #expect(bytes[end..<start].allSatisfy { $0 == 0x20 }) }
  }

  @Test("A word is what its writer sees")
  func words() {
    func words(_ text: String) -> [String] {
      let bytes = Array(text.utf8)
      return Tokenizer.words(of: Tokenizer.placedTokens(of: bytes), in: bytes).map {
        String(decoding: bytes[$0], as: UTF8.self)
      }
    }
    #expect(words("¡Holaaaa GENTE!!!!") == ["¡", "Holaaaa", "GENTE", "!!!!"])
    #expect(words("no no no, ya") == ["no no no", ",", "ya"])
    #expect(words("T&uacute; &lt;3") == ["T&uacute;", "&lt;", "3"])
    #expect(words("nooooo no nooooo") == ["nooooo", "no", "nooooo"])
  }

  @Test("Places behind many replacements are those in the text")
  func manyReplacements() {
    let bytes = Array(String(repeating: "aaaa b ", count: 300).utf8)
    var expected: [Range<Int>] = []
    for start in stride(from: 0, to: bytes.count, by: 7) {
      for _ in 0..<3 { expected.append(start..<start + 4) }
      expected.append(start + 5..<start + 6)
    }
    #expect(Tokenizer.placedTokens(of: bytes).dropFirst().map(\.range) == expected)
  }

  @Test("N-grams are the features, each where it is", arguments: texts, [false, true])
  func ngrams(text: String, negation: Bool) {
    let finder = HashedNGrams(buckets: 1 << 16, words: 1...2, characters: 2...5, negation: negation)
    let bytes = Array(text.utf8)
    var features = TextFeatures()
    finder.find(in: bytes.span, into: &features)
    let found = finder.ngrams(of: bytes.span)
    #expect(Set(found.filter { $0.kind != .characters }.map(\.bucket)) == Set(features.words))
    #expect(Set(found.filter { $0.kind == .characters }.map(\.bucket)) == Set(features.characters))
    // What an n-gram of words is made of has its bucket too.
    for ngram in found where ngram.kind == .words {
      var alone = TextFeatures()
      finder.find(in: bytes.span.extracting(ngram.range), into: &alone)
      #expect(alone.words.contains(ngram.bucket))
    }
  }
}
