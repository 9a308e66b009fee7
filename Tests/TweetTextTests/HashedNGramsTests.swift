import TestSupport
import Testing
import TweetText

@Suite("Hashed n-grams")
struct HashedNGramsTests {
  private let ngrams = HashedNGrams(buckets: 1 << 18, words: 1...2, characters: 2...5)

  private func features(_ text: [UInt8], _ ngrams: HashedNGrams? = nil) -> (
    words: [UInt32], characters: [UInt32]
  ) {
    var features = TextFeatures()
    (ngrams ?? self.ngrams).find(in: text.span, into: &features)
    return (features.words, features.characters)
  }

  private func features(_ text: String) -> (words: [UInt32], characters: [UInt32]) {
    features(Array(text.utf8))
  }

  @Test("fall into the buckets that models are made for")
  func buckets() {
    #expect(features("hola día").words == [10029, 63_766, 203_929])
    #expect(
      features("día").characters == [
        29_409, 20_689, 203_467, 91_495, 129_138, 117_730, 17_563, 99_160, 83_987, 196_360,
      ])
  }

  @Test("count once, in the order in which they come")
  func distinct() {
    let once = features("no")
    #expect(once.words.count == 1)
    #expect(once.characters.count == 6)
    let thrice = features("no no no")
    #expect(thrice.words.count == 2)
    #expect(thrice.words.first == once.words.first)
    #expect(thrice.characters == once.characters)
  }

  @Test("take each sign for a word, and white space for none")
  func signs() {
    #expect(features("¡hola, hola!").words.count == 8)
    #expect(features("hola  \u{2003}mundo\n").words == features("hola mundo").words)
    #expect(features("").words.isEmpty && features(" \n").characters.isEmpty)
  }

  @Test("are the same in capitals and small letters")
  func letterCase() {
    #expect(features("QUÉ DÍA ÑANDÚ") == features("qué día ñandú"))
    #expect(features("İ") == features("i"))
  }

  @Test("of other lengths are other ranges of the same")
  func ranges() {
    let (all, text) = (features("uno dos tres"), Array("uno dos tres".utf8))
    let pairs = features(text, HashedNGrams(buckets: 1 << 18, words: 2...2, characters: 3...3))
    #expect(pairs.words.count == 2 && Set(pairs.words).isSubset(of: all.words))
    #expect(pairs.characters.count == 10 && Set(pairs.characters).isSubset(of: all.characters))
    let few = features(text, HashedNGrams(buckets: 4, words: 1...4, characters: 1...8))
    #expect(few.words.allSatisfy { $0 < 4 } && few.characters.count <= 4)
  }

  @Test("see 64 scalars of a word")
  func longWords() {
    let long = String(repeating: "ab", count: 32)
    #expect(features(long + "xyz").words == features(long).words)
    #expect(features(long + "xyz") == features(long + "zyx"))
    #expect(features(long + "x y").words.count == 3)
  }

  @Test("are at most so many, however long the text")
  func limit() {
    let text = (0..<20_000).map { "p\($0)" }.joined(separator: " ")
    let found = features(text)
    #expect(found.words.count == TextFeatures.limit && found.characters.count == TextFeatures.limit)
    #expect(Set(found.words).count == found.words.count)
  }

  @Test("of bytes that are no UTF-8 are those of U+FFFD")
  func illFormed() {
    #expect(features([0x61, 0xC0, 0x62]) == features("a\u{FFFD}b"))
    var random = SeededGenerator(seed: 7)
    for length in 0..<200 {
      let text = (0..<length).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      _ = features(text)
    }
  }

  @Test("of one text do not depend on those before it")
  func reused() {
    var kept = TextFeatures()
    for text in ["hola mundo", "", "¡qué día!", "hola mundo", "otra cosa, y más"] {
      ngrams.find(in: Array(text.utf8).span, into: &kept)
      #expect((kept.words, kept.characters) == features(text))
    }
  }

  private func negated(_ text: String) -> Int {
    let (with, without) = (
      HashedNGrams(buckets: 1 << 20, words: 1...1, characters: 2...2, negation: true),
      HashedNGrams(buckets: 1 << 20, words: 1...1, characters: 2...2)
    )
    var (found, plain) = (TextFeatures(), TextFeatures())
    with.find(in: Array(text.utf8).span, into: &found)
    without.find(in: Array(text.utf8).span, into: &plain)
    #expect(Set(plain.words).isSubset(of: found.words) && plain.characters == found.characters)
    return found.words.count - plain.words.count
  }

  @Test(
    "A negation reaches four words, and not beyond punctuation or pero",
    arguments: [
      ("me gusta", 0), ("no me gusta", 2), ("NO me gusta nada de esto ya", 5), ("no , gusta", 0),
      ("no pero gusta", 0), ("nunca uno dos tres cuatro cinco", 4), ("sin duda . bueno", 1),
      ("no no no bien", 1),
      ("jamás vuelvo aunque quiera", 1), ("", 0),
    ])
  func negation(text: String, words: Int) {
    #expect(negated(text) == words)
  }

  @Test("A negated word is another piece than the word, the same behind every negator")
  func negatedWord() {
    let ngrams = HashedNGrams(buckets: 1 << 20, words: 1...1, characters: 2...2, negation: true)
    var (first, second) = (TextFeatures(), TextFeatures())
    ngrams.find(in: Array("no triste".utf8).span, into: &first)
    ngrams.find(in: Array("nunca Triste".utf8).span, into: &second)
    #expect(first.words.count == 3 && Set(first.words).intersection(second.words).count == 2)
  }
}
