import TestSupport
import Testing

@testable import Datasets

@Suite("Near-duplicates")
struct NearDuplicatesTests {
  /// For each text the first one that it belongs with.
  private func groups(_ texts: [String]) -> [Int] {
    var duplicates = NearDuplicates()
    for text in texts { duplicates.add(Array(text.utf8).span) }
    var sets = DisjointSets(count: texts.count)
    duplicates.unite(in: &sets)
    return texts.indices.map { sets.root(of: $0) }
  }

  /// `uno dos tres …`: a text of invented words from one number to another.
  private func text(_ numbers: Range<Int>) -> String {
    numbers.map { "palabra\($0)" }.joined(separator: " ")
  }

  @Test("texts that differ in links, mentions, hashtags, emoticons or case alone belong together")
  func ignoresWhatIsCleaned() {
    let texts = ["@ana ¡Qué día! :) http://t.co/x", "adiós a todos", "¡qué DÍA! @lunes 😢"]
    #expect(groups(texts) == [0, 1, 0])
  }

  @Test("a long text with one word more at its end is a near-duplicate, one with another half is not")
  func comparesShingles() {
    #expect(groups([text(0..<30), text(0..<31), text(15..<45)]) == [0, 0, 2])
  }

  @Test("the threshold is a Jaccard index of 0.8")
  func thresholds() {
    // 18 and 22 shingles, 18 in common: 0.818. 18 and 23: 0.783.
    #expect(groups([text(0..<20), text(0..<24)]) == [0, 0])
    #expect(groups([text(0..<20), text(0..<25)]) == [0, 1])
  }

  @Test("short texts belong together only when they are the same")
  func comparesShortTexts() {
    #expect(
      groups(["sí", "no", "Sí!!", "sí", "", " :) ", "buenos días", "días buenos"]) == [
        0, 1, 2, 0, 4, 4, 6, 7,
      ])
  }

  @Test("near-duplicates of near-duplicates belong together too")
  func chains() {
    #expect(groups([text(0..<30), text(4..<34), text(2..<32)]) == [0, 0, 0])
  }

  @Test("every pair that is alike is found among many that are not")
  func findsAllPairs() {
    var random = SeededGenerator(seed: 3)
    var texts: [String] = []
    for _ in 0..<500 {
      let words = (0..<40).map { _ in "p\(Int.random(in: 0..<5000, using: &random))" }
      texts.append(words.joined(separator: " "))
      texts.append(words.dropLast(2).joined(separator: " "))
    }
    let groups = groups(texts)
    #expect(stride(from: 0, to: texts.count, by: 2).allSatisfy { groups[$0 + 1] == groups[$0] })
    #expect(Set(groups).count == 500)
  }
}
