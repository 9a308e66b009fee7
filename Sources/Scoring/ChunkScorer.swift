internal import AWDLSTM
internal import Sentiment
internal import Statistics
internal import TweetText
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
  private let languages: LanguageChoice
  /// All that may be said, and how many labels have a probability.
  private let labels: [String]
  private let answerCount: Int
  /// Whether what is said is counted by when tweets were written too.
  private let keepsEvents: Bool
  private var words = WordCounter()
  private var batch: ScoringBatch
  /// The probabilities of two labels, where these are said in place of all.
  private var reduced: [Int32] = []
  private var text: [UInt8] = []
  private var findings: [Finding] = []
  private let findReasons: ((_ text: [UInt8], _ label: String, _ others: [String]) -> [Reason])?
  /// The texts of the chunk, where reasons are to be found for their answers.
  private var texts: [[UInt8]] = []

  /// What a line holds.
  private enum Finding {
    case tweet(LocatedTweet)
    /// Nothing; only lines that are answered all the same come here.
    case blank
    /// A tweet in another language than those that are asked for.
    case leftOut
    case rejected(Rejection)
  }

  /// - Parameter companion: what helps with chunks of a few tweets.
  init(_ engine: ScoringEngine, companion: Companion?) {
    self.engine = engine
    scorer = engine.scorer
    decision = Decision(
      labels: engine.answers, threshold: engine.rendering.threshold, abstention: engine.rendering.abstention)
    (polarity, labels, answerCount) = (engine.polarity, engine.labels, engine.answers.count)
    locator = TweetLocator(options: engine.reading)
    languages = engine.reading.languages
    keepsEvents = engine.reading.timeKeys != nil
    renderer = LineRenderer(engine)
    batch = scorer.makeBatch(companion: companion)
    findReasons = engine.reasons?.makeSearch()
    batch.keepsTexts = keepsEvents
  }

  /// Labels the lines of `chunk`, after which `scored` says what has become of them.
  mutating func score(_ chunk: inout Chunk, into scored: inout ScoredChunk) {
    scored.removeAll()
    findings.removeAll(keepingCapacity: true)
    texts.removeAll(keepingCapacity: true)
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
      of: text, in: polarity == nil ? batch.probabilities : reduced, labels: answerCount, by: decision,
      isUnjudged: batch.flags[text].contains(.nothingToJudge))
  }

  /// The words that say most for an answer, or, where it is withheld, for the likeliest label.
  private func reasons(for score: Score, ofText text: Int) -> [Reason]? {
    guard let findReasons else { return nil }
    guard !score.isUnjudged, let best = score.likeliest else { return [] }
    let answers = engine.answers
    let label = score.label.map { $0 < answers.count ? $0 : best } ?? best
    return findReasons(texts[text], answers[label], answers.filter { $0 != answers[label] })
  }

  private mutating func locate(_ segment: Chunk.Segment, of chunk: inout Chunk) {
    for index in segment.lines {
      findings.append(find(chunk.lines[index], as: segment.format, in: &chunk.bytes))
    }
  }

  /// What `line` holds; a tweet's text is in the batch by then.
  private mutating func find(_ line: TweetLine, as format: RecordFormat, in bytes: inout [UInt8]) -> Finding {
    guard !line.isBlank else { return .blank }
    text.removeAll(keepingCapacity: true)
    do {
      let tweet = try locator.locate(line, as: format, in: &bytes, appendingTextTo: &text)
      if !languages.isEverything, isLeftOut(tweet, as: format, in: bytes.span) { return .leftOut }
      let text = text
      scorer.add(text.span, to: &batch)
      if findReasons != nil { texts.append(text) }
      return .tweet(tweet)
    } catch {
      return .rejected(error)
    }
  }

  /// Whether a tweet names another language than those that are wanted: in a member of its object, or in a column.
  private func isLeftOut(_ tweet: LocatedTweet, as format: RecordFormat, in bytes: Span<UInt8>) -> Bool {
    if let code = tweet.language { return !languages.includes(bytes.extracting(code)) }
    guard case .row = format else { return false }
    var code: [UInt8] = []
    _ = Self.languageColumn.find(in: bytes.extracting(tweet.range), as: format, appendingTo: &code)
    return !languages.includes(code.span)
  }

  private static let languageColumn = FieldFinder(names: ["lang", "language"])

  private mutating func render(
    _ segment: Chunk.Segment, of chunk: borrowing Chunk, into scored: inout ScoredChunk, nextText: inout Int
  ) {
    var result = ScoredChunk.Segment(
      segment, labels: labels, after: (scored.labels.count, scored.rejects.count))
    var hasTweet = false
    for number in segment.lines {
      let line = chunk.lines[number]
      switch findings[number] {
      case .blank: if !renderer.hasStopped(in: scored) { renderer.renderBlank(line, to: &scored.labels) }
      case .leftOut:
        result.counts.leaveOut()
        hasTweet = true
        if !renderer.hasStopped(in: scored) { renderer.renderLeftOut(line, to: &scored.labels) }
      case .tweet(let tweet):
        let flags = LineFlags(tweet.flags).union(LineFlags(batch.flags[nextText]))
        let (score, text) = (score(of: nextText), nextText)
        nextText += 1
        result.counts.add(score)
        if keepsEvents {
          result.events.add(score, at: tweet.time, of: labels)
          words.count(text, of: batch, score, at: tweet.time, into: &result.words)
        }
        hasTweet = true
        guard !renderer.hasStopped(in: scored) else { continue }
        renderer.render(
          tweet, score, flags, reasons(for: score, ofText: text), of: line, as: segment.format,
          in: chunk.bytes.span, to: &scored.labels)
      case .rejected(let rejection):
        result.counts.reject(rejection.reason)
        if !hasTweet { result.leadingRejections += 1 }
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

/// Counts the words of a worker's tweets, by hour and label.
private struct WordCounter {
  private var scanner = WordScanner()

  /// Counts the words of a text of `batch`; none if there is nothing to judge in it, or its tweet has no time.
  ///
  /// - Parameters:
  ///   - score: what was said of it.
  ///   - milliseconds: when its tweet was written, since 1970.
  mutating func count(
    _ text: Int, of batch: borrowing ScoringBatch, _ score: Score, at milliseconds: Int?,
    into words: inout WordBatch
  ) {
    guard let milliseconds, let label = score.label, !score.isUnjudged else { return }
    let place = words.number(ofHour: WindowStep.hour.start(of: milliseconds / 1000), label: label)
    let (texts, range) = (batch.texts, batch.range(ofText: text))
    scanner.forEachWord(in: texts.span.extracting(range)) { words.add($0, at: place) }
  }
}
