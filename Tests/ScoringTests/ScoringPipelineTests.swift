import Sentiment
import SystemPackage
import TestSupport
import Testing

@testable import Scoring
@testable import Tweets

/// Gives lines from memory, a few at a time; fails at the end if it is told to.
private struct ScriptedSource: ScoringSource {
  struct Failure: Error {}

  var pieces: [[String]]
  var failsAtEnd = false
  /// How many lines were asked for each time.
  var limits: [Int] = []

  mutating func fill(_ chunk: inout Chunk, upTo limit: ChunkLimit, patience: Duration) throws -> SourceState {
    limits.append(limit.lines)
    guard !pieces.isEmpty else {
      if failsAtEnd { throw Failure() }
      return .ended
    }
    let piece = pieces.removeFirst()
    for (number, text) in piece.enumerated() {
      let start = chunk.bytes.count
      chunk.bytes.append(contentsOf: text.utf8)
      chunk.lines.append(
        TweetLine(
          number: number + 1, offset: 0, length: text.utf8.count, range: start..<chunk.bytes.count,
          rejection: nil))
    }
    chunk.segments.append(
      Chunk.Segment(input: 0, format: .text, lines: 0..<piece.count))
    return .open
  }
}

/// Keeps what it is given; throws at a chunk if it is told to.
private struct RecordingSink: ScoreSink, Sendable {
  struct Failure: Error {}

  var output: [String] = []
  var chunks = 0
  var failsAt: Int?

  mutating func accept(_ chunk: borrowing ScoredChunk) throws {
    chunks += 1
    if chunks == failsAt { throw Failure() }
    output += String(decoding: chunk.labels, as: UTF8.self).split(separator: "\n").map(String.init)
  }
}

@Suite struct ScoringPipelineTests {
  private static let scorer = Result { try SentimentScorer.embedded() }

  private func pipeline(workers: Int = 2) throws -> ScoringPipeline {
    ScoringPipeline(ScoringEngine(scorer: try Self.scorer.get()), workers: workers)
  }

  @Test("Answers come in order, whatever the number of workers", arguments: [1, 2, 5])
  func keepsOrder(workers: Int) throws {
    let texts = (0..<60).map { piece in (0...(piece % 7)).map { "línea \(piece) \($0)" } }
    var source = ScriptedSource(pieces: texts)
    var sink = RecordingSink()
    try pipeline(workers: workers).run(source: &source, sink: &sink)
    let answered = sink.output.compactMap { line in
      line.split(separator: "\"", maxSplits: 4).dropFirst(3).first.map(String.init)
    }
    #expect(answered == texts.flatMap { $0 })
  }

  @Test("What came before a failing read is still answered")
  func answersBeforeFailure() throws {
    var source = ScriptedSource(pieces: [["uno"], ["dos"]], failsAtEnd: true)
    var sink = RecordingSink()
    let pipeline = try pipeline()
    #expect(throws: ScriptedSource.Failure.self) { try pipeline.run(source: &source, sink: &sink) }
    #expect(sink.output.count == 2)
  }

  @Test("A failing sink ends the run with its error, and gets nothing more")
  func stopsAtFailingSink() throws {
    var source = ScriptedSource(pieces: (0..<1000).map { ["línea \($0)"] })
    var sink = RecordingSink(failsAt: 3)
    #expect(throws: RecordingSink.Failure.self) { try pipeline().run(source: &source, sink: &sink) }
    #expect(!source.pieces.isEmpty)
  }

  @Test("Chunks grow, but stay short where reasons are found, which takes long")
  func limitsWaitForReasons() throws {
    let lines = (0..<8).map { ["línea \($0)"] }
    var sink = RecordingSink()
    var source = ScriptedSource(pieces: lines)
    try pipeline().run(source: &source, sink: &sink)
    #expect(source.limits.max() == ScoringPipeline.largestChunk)
    source = ScriptedSource(pieces: lines)
    let engine = ScoringEngine(scorer: try Self.scorer.get(), reasons: ReasonFinding(1) { { _, _ in [] } })
    try ScoringPipeline(engine).run(source: &source, sink: &sink)
    #expect(Set(source.limits) == [ScoringPipeline.smallestChunk])
  }

  @Test("An empty source ends at once")
  func endsAtOnce() throws {
    var source = ScriptedSource(pieces: [])
    var sink = RecordingSink()
    try pipeline().run(source: &source, sink: &sink)
    #expect(sink.chunks == 0)
  }
}
