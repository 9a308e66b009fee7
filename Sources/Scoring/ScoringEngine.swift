package import AWDLSTM
package import Sentiment
package import Statistics
internal import Synchronization
internal import TweetText
package import Tweets

/// Everything that answers depend on: the model, how lines are read, what is said and written.
///
/// Immutable and shared by all threads. New settings are a new engine beside the old one, and each job is labelled by
/// one of them from its first line to its last.
package final class ScoringEngine: Sendable {
  /// The model.
  package let scorer: SentimentScorer
  /// How lines are to be understood.
  package let reading: ReadingOptions
  /// What is said and what outputs look like.
  package let rendering: Rendering
  /// The labels that have a probability: the model's in its order, or two of these.
  package let answers: [String]
  /// How remedies for rejected lines are put into words.
  package let phrasing: Remedy.Phrasing
  /// What finds the words that say most for each answer; nil where none are asked for.
  package let reasons: ReasonFinding?
  /// Everything else that the bytes of an output depend on beside its input, as a text to be compared.
  ///
  /// Half an output may only be gone on with by an engine of the same model and settings. Made when it is first asked
  /// for, as it takes some milliseconds.
  package var settings: String {
    knownSettings.withLock { known in
      let settings = known ?? describeSettings()
      known = settings
      return settings
    }
  }
  private let knownSettings = Mutex<String?>(nil)

  /// An engine of these parts; a model without the labels that are asked for says all of its own.
  package init(
    scorer: SentimentScorer, reading: ReadingOptions = .init(), rendering: Rendering = .init(),
    phrasing: @escaping Remedy.Phrasing = Remedy.plainly, reasons: ReasonFinding? = nil
  ) {
    self.scorer = scorer
    self.reading = rendering.reading(reading)
    self.rendering = rendering
    (self.phrasing, self.reasons) = (phrasing, reasons)
    answers = rendering.answers(of: scorer.labels) ?? scorer.labels
  }

  /// As Swift describes the options, so that one that is added later is not forgotten here.
  private func describeSettings() -> String {
    "\(scorer.cleaning) \(scorer.kernelName) \(rendering) \(reading)".replacing("Scoring.", with: "")
      .replacing("Tweets.", with: "")
  }

  /// The model's name and checksum.
  package var modelName: String { scorer.modelName }

  /// All that may be said of a text: labels, and that the answer is withheld if it may be.
  package var labels: [String] { answers + (rendering.abstention > 0 ? [Rendering.abstain] : []) }

  /// Estimates true shares from what is said; nil where the model was not judged, or not by the labels that are said.
  package var estimator: ShareEstimator? {
    guard !scorer.judged.isEmpty, answers.count == scorer.labels.count else { return nil }
    return ShareEstimator(labels: answers, corpora: scorer.judged.map(ShareEstimator.Corpus.init))
  }

  /// The two labels that are said in place of the model's; nil where all are.
  var polarity: Polarity? { answers.count < scorer.labels.count ? Polarity(of: scorer.labels) : nil }
}

/// The engine that the next job is labelled by: where a reload and the source of jobs meet.
package final class CurrentEngine: Sendable {
  private let engine: Mutex<ScoringEngine>

  /// Begins with `engine`.
  package init(_ engine: ScoringEngine) {
    self.engine = Mutex(engine)
  }

  /// What to begin a job with; the job keeps it to its end.
  package var now: ScoringEngine { engine.withLock { $0 } }

  /// Lets the next job begin with `other`.
  package func replace(with other: ScoringEngine) {
    engine.withLock { $0 = other }
  }
}

/// A word or mark of a text, and what it contributes to some labels.
package struct Reason: Equatable, Sendable {
  package let word: String
  /// Whether it is an emoticon or emoji that the model knows, and no word of the cleaned text.
  package let isMark: Bool
  /// For each label that was asked for, in log-odds against the others: below 0 where it speaks against the label.
  package let worths: [Double]

  package init(word: String, isMark: Bool, worths: [Double]) {
    (self.word, self.isMark, self.worths) = (word, isMark, worths)
  }
}

/// A way to find the words that decided, which comes from outside: it needs more than the network's forward pass.
package struct ReasonFinding: Sendable {
  /// Finds what the words of a text contribute, in their order, and then its marks: to each of some labels, told from
  /// some others by name. None where there is nothing to judge.
  package typealias Finder = (_ text: String, _ contrasts: [(label: String, others: [String])]) -> [Reason]

  private let count: Int
  private let makeFinder: @Sendable () -> Finder

  /// - Parameters:
  ///   - count: how many words are told at most.
  ///   - makeFinder: makes the finder of one worker.
  package init(_ count: Int, _ makeFinder: @escaping @Sendable () -> Finder) {
    (self.count, self.makeFinder) = (count, makeFinder)
  }

  /// What finds the weightiest reasons for a label, told from some others, for one worker.
  func makeSearch() -> (_ text: [UInt8], _ label: String, _ others: [String]) -> [Reason] {
    let find = makeFinder()
    return { text, label, others in
      let reasons = find(String(decoding: text, as: UTF8.self), [(label, others)])
      let order = reasons.indices.sorted { first, second in
        (-abs(reasons[first].worths[0]), first) < (-abs(reasons[second].worths[0]), second)
      }
      return order.prefix(count).map { reasons[$0] }
    }
  }
}

extension ShareEstimator.Corpus {
  /// How a model answered to a corpus.
  package init(_ corpus: JudgedCorpus) {
    self.init(
      texts: corpus.rows.map(\.texts), means: corpus.rows.map(\.mean),
      covariances: corpus.rows.map(\.covarianceMatrix))
  }
}
