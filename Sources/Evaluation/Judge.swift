internal import Dispatch
package import Sentiment
internal import Synchronization

/// Has a model label texts whose labels are known.
package struct Judge: Sendable {
  private let scorer: SentimentScorer
  private let workers: Int
  private let answers: [Int]

  /// The number of texts labelled per batch, of similar length.
  private static let batchSize = 1024

  /// - Parameters:
  ///   - workers: how many threads label.
  ///   - answers: which of the model's labels are told apart; nil for all. Judgements know these only, and how probable
  ///     they are of one another.
  package init(_ scorer: SentimentScorer, workers: Int = 2, answers: [Int]? = nil) {
    self.scorer = scorer
    self.workers = workers
    self.answers = answers ?? Array(scorer.labels.indices)
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
    let starts = Array(stride(from: 0, to: texts.count, by: Self.batchSize))
    let next = Atomic(0)
    let done = Mutex((parts: [[Judgement]](repeating: [], count: starts.count), count: 0))
    DispatchQueue.concurrentPerform(iterations: workers) { _ in
      var batch = scorer.makeBatch()
      while true {
        let part = next.add(1, ordering: .relaxed).oldValue
        guard part < starts.count else { return }
        let range = starts[part]..<min(starts[part] + Self.batchSize, texts.count)
        let judgements = judge(texts[range], truths[range], in: &batch)
        let count = done.withLock { done in
          done.parts[part] = judgements
          done.count += judgements.count
          return done.count
        }
        onProgress(count)
      }
    }
    return done.withLock { $0.parts.flatMap(\.self) }
  }

  private func judge(
    _ texts: ArraySlice<String>, _ truths: ArraySlice<Int>, in batch: inout ScoringBatch
  ) -> [Judgement] {
    batch.removeAll()
    for text in texts { scorer.add(Array(text.utf8).span, to: &batch) }
    scorer.score(&batch)
    let labels = scorer.labels.count
    return truths.enumerated().map { number, truth in
      let millionths = batch.probabilities[number * labels..<(number + 1) * labels]
      let chosen = answers.map { Double(millionths[millionths.startIndex + $0]) }
      let sum = answers.count == labels ? 1e6 : chosen.reduce(0, +)
      return Judgement(
        truth: truth,
        probabilities: chosen.map { sum > 0 ? $0 / sum : 1 / Double(chosen.count) },
        hasNothingToJudge: batch.flags[number].contains(.nothingToJudge))
    }
  }
}
