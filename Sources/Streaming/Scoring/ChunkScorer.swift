internal import Sentiment

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
  private var batch: ScoringBatch
  private var text: [UInt8] = []
  private var located: [Result<LocatedTweet, Rejection>] = []

  init(_ engine: ScoringEngine) {
    self.engine = engine
    scorer = engine.scorer
    decision = Decision(labels: scorer.labels, threshold: engine.rendering.threshold)
    locator = TweetLocator(options: engine.reading)
    renderer = LineRenderer(engine.rendering, labels: scorer.labels, modelName: scorer.modelName)
    batch = scorer.makeBatch()
  }

  /// Fills in the chunk's labels, rejects and tallies.
  mutating func score(_ chunk: inout Chunk) {
    located.removeAll(keepingCapacity: true)
    batch.removeAll()
    for segment in chunk.segments.indices { locate(segment, of: &chunk) }
    scorer.score(&batch)
    var nextText = 0
    for segment in chunk.segments.indices { render(segment, of: &chunk, nextText: &nextText) }
  }

  private mutating func locate(_ segment: Int, of chunk: inout Chunk) {
    let format = chunk.segments[segment].format
    for index in chunk.segments[segment].lines {
      text.removeAll(keepingCapacity: true)
      do {
        let tweet = try locator.locate(
          chunk.lines[index], as: format, in: &chunk.bytes, appendingTextTo: &text)
        located.append(.success(tweet))
        let text = text
        scorer.add(text.span, to: &batch)
      } catch {
        located.append(.failure(error))
      }
    }
  }

  private func render(_ index: Int, of chunk: inout Chunk, nextText: inout Int) {
    let bytes = chunk.bytes
    let segment = chunk.segments[index]
    var tally = segment.tally
    let starts = (labels: chunk.labels.count, rejects: chunk.rejects.count)
    for number in segment.lines {
      let line = chunk.lines[number]
      switch located[number] {
      case .success(var tweet):
        tweet.flags.add(batch.flags[nextText])
        let score = Score(of: nextText, in: batch, labels: scorer.labels.count, by: decision)
        nextText += 1
        tally.add(score)
        guard !renderer.hasStopped(in: chunk) else { continue }
        renderer.render(tweet, score, of: line, as: segment.format, in: bytes.span, to: &chunk.labels)
      case .failure(let rejection):
        tally.reject(rejection.reason)
        if chunk.firstRejection == nil { chunk.firstRejection = (line.number, rejection) }
        renderer.render(rejection, of: line, to: &chunk.labels)
        guard renderer.keepsDeadLetters else { continue }
        DeadLetter.append(rejection, of: line, from: segment.origin, in: bytes.span, to: &chunk.rejects)
      }
    }
    chunk.segments[index].tally = tally
    chunk.segments[index].labels = starts.labels..<chunk.labels.count
    chunk.segments[index].rejects = starts.rejects..<chunk.rejects.count
  }
}

extension Tally {
  mutating func add(_ score: Score) {
    labelled[score.label] += 1
    for label in probability.indices { probability[label] += score.probability(of: label) }
  }
}
