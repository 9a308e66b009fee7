internal import Sentiment
internal import Tweets

/// One worker: labels the lines of chunks, one chunk after another.
///
/// What it answers for a line depends on nothing but the line and the engine.
struct ChunkScorer {
  /// What it labels with.
  let engine: ScoringEngine
  private let scorer: SentimentScorer
  private let decision: Decision
  private let locator: TweetLocator
  private let renderer: LineRenderer
  private let polarity: Polarity?
  /// All that may be said, and how many labels have a probability.
  private let labels: [String]
  private let answerCount: Int
  private var batch: ScoringBatch
  /// The probabilities of two labels, where these are said in place of all.
  private var reduced: [Int32] = []
  private var text: [UInt8] = []
  private var located: [Result<LocatedTweet, Rejection>] = []

  init(_ engine: ScoringEngine) {
    self.engine = engine
    scorer = engine.scorer
    decision = Decision(
      labels: engine.answers, threshold: engine.rendering.threshold, abstention: engine.rendering.abstention)
    (polarity, labels, answerCount) = (engine.polarity, engine.labels, engine.answers.count)
    locator = TweetLocator(options: engine.reading)
    renderer = LineRenderer(engine)
    batch = scorer.makeBatch()
  }

  /// Labels the lines of `chunk`, after which `scored` says what has become of them.
  mutating func score(_ chunk: inout Chunk, into scored: inout ScoredChunk) {
    scored.removeAll()
    located.removeAll(keepingCapacity: true)
    batch.removeAll()
    for segment in chunk.segments { locate(segment, of: &chunk) }
    scorer.score(&batch)
    polarity?.reduce(batch.probabilities, into: &reduced)
    var nextText = 0
    for segment in chunk.segments { render(segment, of: chunk, into: &scored, nextText: &nextText) }
  }

  /// The answers for the lines of the chunk scored last that have a text, in order.
  func answers() -> [Scorer.Answer] {
    batch.flags.indices.map { text in
      let score = score(of: text)
      return Scorer.Answer(
        label: score.label, probabilities: Array(score.probabilities), flags: batch.flags[text])
    }
  }

  private func score(of text: Int) -> Score {
    Score(
      of: text, in: polarity == nil ? batch.probabilities : reduced, labels: answerCount, by: decision)
  }

  private mutating func locate(_ segment: Chunk.Segment, of chunk: inout Chunk) {
    for index in segment.lines {
      text.removeAll(keepingCapacity: true)
      do {
        let tweet = try locator.locate(
          chunk.lines[index], as: segment.format, in: &chunk.bytes, appendingTextTo: &text)
        located.append(.success(tweet))
        let text = text
        scorer.add(text.span, to: &batch)
      } catch {
        located.append(.failure(error))
      }
    }
  }

  private func render(
    _ segment: Chunk.Segment, of chunk: borrowing Chunk, into scored: inout ScoredChunk, nextText: inout Int
  ) {
    var result = ScoredChunk.Segment(
      segment, labels: labels, after: (scored.labels.count, scored.rejects.count))
    var hasLabelled = false
    for number in segment.lines {
      let line = chunk.lines[number]
      switch located[number] {
      case .success(let tweet):
        var flags = LineFlags(tweet.flags)
        flags.add(batch.flags[nextText])
        let score = score(of: nextText)
        nextText += 1
        result.counts.add(score)
        hasLabelled = true
        guard !renderer.hasStopped(in: scored) else { continue }
        renderer.render(
          tweet, score, flags, of: line, as: segment.format, in: chunk.bytes.span, to: &scored.labels)
      case .failure(let rejection):
        result.counts.reject(rejection.reason)
        if !hasLabelled { result.leadingRejections += 1 }
        if scored.firstRejection == nil {
          scored.firstRejection = RejectedLine(line: line.number, rejection: rejection)
        }
        renderer.render(rejection, of: line, to: &scored.labels)
        guard renderer.keepsDeadLetters else { continue }
        DeadLetter(rejection, of: line, saying: engine.phrasing).append(
          as: segment.format, from: segment.origin, in: chunk.bytes.span, to: &scored.rejects)
      }
    }
    result.labels = result.labels.lowerBound..<scored.labels.count
    result.rejects = result.rejects.lowerBound..<scored.rejects.count
    scored.segments.append(result)
  }
}
