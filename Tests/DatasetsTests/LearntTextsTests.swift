import Testing
import TweetText

@testable import Datasets

@Suite("Learnt texts")
struct LearntTextsTests {
  private func hash(_ text: String) -> TextHash { TextHash(cleaned: Array(text.utf8).span) }

  private func texts(_ numbers: Range<Int>, _ word: String = "día") -> [TextHash] {
    numbers.map { hash("\(word) \($0)") }
  }

  @Test("Each learnt text is found, and of others less than one in 10,000", arguments: [1, 7, 3000])
  func finds(count: Int) {
    let learnt = LearntTexts().with(texts(0..<count))
    #expect(texts(0..<count).allSatisfy(learnt.contains))
    let mistaken = texts(0..<100_000, "noche").count(where: learnt.contains)
    #expect(learnt.errorRate < 1e-4)
    // Five standard deviations and one.
    let expected = 100_000 * learnt.errorRate
    #expect(Double(mistaken) <= expected + 5 * expected.squareRoot() + 1)
  }

  @Test("Texts of a later training are a layer more; those known already take no room")
  func layers() {
    let first = LearntTexts().with(texts(0..<500))
    let second = first.with(texts(250..<750))
    #expect(first.with(texts(100..<400)) == first)
    #expect(texts(0..<750).allSatisfy(second.contains))
    #expect([first.count, second.count] == [500, 750])
    #expect(second.errorRate > first.errorRate)
  }

  @Test("A file gives back what was written; anything else is none")
  func file() {
    let learnt = LearntTexts().with(texts(0..<40)).with(texts(40..<45))
    let bytes = learnt.bytes
    #expect(LearntTexts(bytes: bytes) == learnt)
    #expect(LearntTexts(bytes: []) == LearntTexts())
    for cut in [1, 7, 8 + 3, bytes.count - 8, bytes.count - 1] {
      #expect(LearntTexts(bytes: Array(bytes.prefix(cut))) == nil)
    }
    var enormous = bytes
    enormous.replaceSubrange(16..<24, with: repeatElement(0xFF, count: 8))
    #expect(LearntTexts(bytes: enormous) == nil)
    var foreign = bytes
    foreign[0] = 0
    #expect(LearntTexts(bytes: foreign) == nil)
  }

  @Test("A retweet with another link, handle or emoticon is the same text; nothing to read is none")
  func cleans() {
    var hasher = TextHasher(.standard)
    func hash(_ text: String) -> TextHash? { hasher.hash(Array(text.utf8).span) }
    let plain = hash("qué día tan bonito")
    #expect(plain != nil)
    #expect(hash("@ana qué día tan bonito :) https://t.co/abc") == plain)
    #expect(hash("qué día tan feo") != plain)
    #expect(hash("https://t.co/abc") == nil)
  }
}

extension LearntTexts {
  fileprivate func with(_ texts: [TextHash]) -> LearntTexts {
    var sum = self
    sum.add(texts)
    return sum
  }
}
