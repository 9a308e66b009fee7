import Explaining
import Glibc
import Scoring
import Sentiment
import Synchronization

/// The words that say most for each answer, for `animo classify --explain`, and what they cost.
final class WordReasons: Sendable {
  private let count: Int
  private let scorer: SentimentScorer
  private let spent = Mutex((seconds: 0.0, texts: 0))

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
        let begin = Self.processorSeconds
        defer { note(Self.processorSeconds - begin) }
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
    let (seconds, texts) = spent.withLock { $0 }
    guard texts > 0 else { return nil }
    let each = NumberText.fixed(1000 * seconds / Double(texts), decimals: 1)
    return "--explain took \(each) ms of a processor for each text"
  }

  private func note(_ seconds: Double) {
    spent.withLock { spent in
      spent.seconds += seconds
      spent.texts += 1
    }
  }

  /// The processor time of this thread, which does all the work on a text.
  private static var processorSeconds: Double {
    var time = timespec()
    // Sound: the call fills in the record, and uses it only while it runs.
    unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
