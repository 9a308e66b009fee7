internal import Dispatch
package import Sentiment
internal import Synchronization

/// Has a model label texts whose labels are known.
package struct Judge: Sendable {
  private let scorer: SentimentScorer
  private let workers: Int
  private let chosenLabels: [Int]

  /// The number of texts labelled per batch, of similar length.
  private static let batchSize = 1024

  /// - Parameters:
  ///   - workers: how many threads label.
  ///   - answers: which of the model's labels are told apart; nil for all. Judgements know these only, and how probable
  ///     they are of one another.
  package init(_ scorer: SentimentScorer, workers: Int = 2, answers: [Int]? = nil) {
    self.scorer = scorer
    self.workers = workers
    chosenLabels = answers ?? Array(scorer.labels.indices)
  }

  /// The model's predictions for the texts, in order, independent of the number of workers.
  ///
  /// - Parameters:
  ///   - truths: the index of each text's label among those that are told apart.
  ///   - onProgress: called from any thread with the number of texts labelled so far.
  package func judge(
    _ texts: [String], truths: [Int], onProgress: @escaping @Sendable (Int) -> Void = { _ in }
  ) -> [Judgement] {
    precondition(texts.count == truths.count, "each text needs a truth")
    return zip(answers(to: texts, onProgress: onProgress), truths).map { answer, truth in
      Judgement(
        truth: truth, probabilities: answer.probabilities, hasNothingToJudge: answer.hasNothingToJudge)
    }
  }

  /// The probabilities of the labels that are told apart, for texts whose labels need not be known; as `judge`.
  ///
  /// None for a text with nothing to judge where `neutral` is not told apart: it gets no label, as in
  /// `animo classify`.
  package func probabilities(
    of texts: [String], onProgress: @escaping @Sendable (Int) -> Void = { _ in }
  ) -> [[Double]] {
    let hasNeutral = chosenLabels.contains { scorer.labels[$0] == SentimentScorer.neutralLabel }
    return answers(to: texts, onProgress: onProgress).map { answer in
      hasNeutral || !answer.hasNothingToJudge ? answer.probabilities : []
    }
  }

  private struct Answer {
    let probabilities: [Double]
    let hasNothingToJudge: Bool
  }

  private func answers(to texts: [String], onProgress: @escaping @Sendable (Int) -> Void) -> [Answer] {
    let starts = Array(stride(from: 0, to: texts.count, by: Self.batchSize))
    let next = Atomic(0)
    let done = Mutex((parts: [[Answer]](repeating: [], count: starts.count), count: 0))
    DispatchQueue.concurrentPerform(iterations: workers) { _ in
      var batch = scorer.makeBatch()
      while true {
        let part = next.add(1, ordering: .relaxed).oldValue
        guard part < starts.count else { return }
        let range = starts[part]..<min(starts[part] + Self.batchSize, texts.count)
        let answers = answers(to: texts[range], in: &batch)
        let count = done.withLock { done in
          done.parts[part] = answers
          done.count += answers.count
          return done.count
        }
        onProgress(count)
      }
    }
    return done.withLock { $0.parts.flatMap(\.self) }
  }

  private func answers(to texts: ArraySlice<String>, in batch: inout ScoringBatch) -> [Answer] {
    batch.removeAll()
    for text in texts { scorer.add(Array(text.utf8).span, to: &batch) }
    scorer.score(&batch)
    let labels = scorer.labels.count
    return (0..<texts.count).map { number in
      let millionths = batch.probabilities[number * labels..<(number + 1) * labels]
      let chosen = chosenLabels.map { Double(millionths[millionths.startIndex + $0]) }
      let sum = chosenLabels.count == labels ? 1e6 : chosen.reduce(0, +)
      return Answer(
        probabilities: chosen.map { sum > 0 ? $0 / sum : 1 / Double(chosen.count) },
        hasNothingToJudge: batch.flags[number].contains(.nothingToJudge))
    }
  }
}
