import Testing

@testable import Sentiment

@Suite struct AnswerCacheTests {
  @Test("A text is new, then awaited, then answered")
  func remembers() {
    var cache = AnswerCache(entries: 8, longest: 4, labels: 2)
    #expect(cache.find(0, ids: ([2, 7] as [Int32]).span) == .new)
    #expect(cache.find(1, ids: ([2, 7] as [Int32]).span) == .pending(text: 0))
    #expect(cache.find(2, ids: ([2] as [Int32]).span) == .new)
    cache.store([300_000, 700_000, 0, 0, 1, 999_999])
    guard case .answered(let record) = cache.find(0, ids: ([2, 7] as [Int32]).span) else {
      Issue.record("forgotten")
      return
    }
    #expect(cache.probability(0, of: record) == 300_000)
    #expect(cache.probability(1, of: record) == 700_000)
  }

  @Test("Texts that were dropped unanswered are forgotten")
  func abandons() {
    var cache = AnswerCache(entries: 8, longest: 4, labels: 2)
    #expect(cache.find(0, ids: ([2, 7] as [Int32]).span) == .new)
    cache.abandon()
    #expect(cache.find(0, ids: ([2, 7] as [Int32]).span) == .new)
  }

  @Test("However many texts come, a wrong answer never does")
  func staysExact() {
    var cache = AnswerCache(entries: 16, longest: 3, labels: 1)
    for round in 0..<200 {
      let texts = (0..<10).map { [Int32(2), Int32((round * 3 + $0 * 5) % 40), Int32($0 % 2)] }
      for (number, text) in texts.enumerated() {
        switch cache.find(number, ids: text.span) {
        case .new: break
        case .pending(let earlier): #expect(texts[earlier] == text)
        case .answered(let record): #expect(cache.probability(0, of: record) == text[1] * 2 + text[2])
        }
      }
      cache.store(texts.map { $0[1] * 2 + $0[2] })
    }
  }
}
