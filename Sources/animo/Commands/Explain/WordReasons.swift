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

  /// - Parameter workers: how many find words at the same time.
  /// - Throws: `SentimentError` when the model's weights cannot be read; `CommandFailure` without the memory for them.
  init(_ count: Int, by scorer: SentimentScorer, workers: Int) throws {
    (self.count, self.scorer) = (count, scorer)
    try Capacity(memory: workers * Capacity.explaining(scorer.model).memory).check()
    _ = try Explainer(scorer, threads: 1)
  }

  /// What finds the words of a text that decided; used by one thread at a time. It holds the network's weights in single
  /// precision.
  ///
  /// - Parameter goesOn: whether words are still wanted; once it has said no, none are found.
  /// - Throws: `SentimentError` when the model's weights cannot be read.
  static func finder(
    _ scorer: SentimentScorer, while goesOn: @escaping @Sendable () -> Bool = { true }
  ) throws -> ReasonFinding.Finder {
    let explainer = try Explainer(scorer, threads: 1)
    return { text, contrasts in
      func place(_ name: String) -> Int? { scorer.labels.firstIndex(of: name) }
      let places = contrasts.compactMap { contrast in
        place(contrast.label).map { (label: $0, others: contrast.others.compactMap(place)) }
      }
      guard places.count == contrasts.count else { return [] }
      return explainer.contributions(in: text, to: places, while: goesOn).map {
        Reason(word: $0.word, isMark: $0.isMark, worths: $0.worths)
      }
    }
  }

  /// What finds them, a worker on its own.
  var finding: ReasonFinding {
    ReasonFinding(count) { [self] in
      // The weights were readable when the run began.
      let find = try? Self.finder(scorer)
      return { [self] text, contrasts in
        let begin = Self.processorSeconds
        defer { note(Self.processorSeconds - begin) }
        return find?(text, contrasts) ?? []
      }
    }
  }

  /// What the words cost, as a line for people; nil when there were none.
  var cost: String? {
    let (seconds, texts) = spent.withLock { $0 }
    guard texts > 0 else { return nil }
    let each = NumberText.fixed(1000 * seconds / Double(texts), decimals: 1)
    return "--explain took \(each) ms of processor time for each text"
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
