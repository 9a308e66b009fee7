import Explaining
import Scoring
import Sentiment
import Synchronization

/// The words that say most for each answer, for `animo classify --explain`, and what they cost.
final class WordReasons: Sendable {
  private let count: Int
  private let scorer: SentimentScorer
  private let spent = Mutex((time: Duration.zero, texts: 0))

  /// - Throws: `SentimentError` when the model's weights cannot be read.
  init(_ count: Int, by scorer: SentimentScorer) throws {
    (self.count, self.scorer) = (count, scorer)
    _ = try Explainer(scorer, threads: 1)
  }

  /// What finds them, a worker on its own.
  var finding: ReasonFinding {
    ReasonFinding { [self] in
      // The weights were readable when the run began.
      let explainer = try? Explainer(scorer, threads: 1)
      return { [self] text, label, others in
        guard let explainer else { return [] }
        let begin = ContinuousClock.now
        defer { note(ContinuousClock.now - begin) }
        func place(_ name: String) -> Int? { scorer.labels.firstIndex(of: name) }
        guard let label = place(label) else { return [] }
        let words = explainer.weightiest(
          count, of: String(decoding: text, as: UTF8.self), for: label, against: others.compactMap(place))
        return words.map { Reason(word: $0.word, worth: $0.worth) }
      }
    }
  }

  /// What the words cost, as a line for people; nil when there were none.
  var cost: String? {
    let (time, texts) = spent.withLock { $0 }
    guard texts > 0 else { return nil }
    let each = NumberText.fixed(1000 * (time / .seconds(1)) / Double(texts), decimals: 1)
    return "--explain took \(each) ms of a processor for each text"
  }

  private func note(_ time: Duration) {
    spent.withLock { spent in
      spent.time += time
      spent.texts += 1
    }
  }
}
