import Sentiment
import Synchronization
import Testing

@testable import Evaluation

@Suite struct JudgeTests {
  private let texts = (0..<1500).map { number in
    ["qué día tan bonito", "estoy muy triste", "no sé", "hola a todos"][number % 4] + " \(number % 9)"
  }

  @Test("Judgements come in the texts' order, whatever the number of workers")
  func keepsOrder() throws {
    let scorer = try SentimentScorer.embedded()
    let truths = texts.indices.map { $0 % 2 }
    let one = Judge(scorer, workers: 1).judge(texts, truths: truths)
    #expect(one == Judge(scorer, workers: 3).judge(texts, truths: truths))
    #expect(one.map(\.truth) == truths)
    let last = try #require(texts.last)
    #expect(one.last?.probabilities == scorer.explain(last).probabilities.map { Double($0) / 1e6 })
  }

  @Test("Progress ends at the number of texts")
  func tellsProgress() throws {
    let greatest = Mutex(0)
    _ = Judge(try SentimentScorer.embedded()).judge(texts, truths: texts.map { _ in 0 }) { done in
      greatest.withLock { $0 = max($0, done) }
    }
    #expect(greatest.withLock { $0 } == 1500)
  }
}
