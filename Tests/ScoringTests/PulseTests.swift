import Dispatch
import Foundation
import Sentiment
import Synchronization
import SystemCalls
import TestSupport
import Testing

@testable import Scoring
@testable import Tweets

@Suite("The token") struct PulseTests {
  private static let scorer = Result {
    try SentimentScorer(directory: Repository.golden.appending(path: "network-tiny").path)
  }

  @Test("It comes round again and again though no tweet comes")
  func idles() throws {
    let pulse = Pulse()
    try Self.run(pulse, source: IdleSource(until: { pulse.rounds >= 3 }), sink: HangingSink(nil))
    #expect(pulse.rounds >= 3)
  }

  @Test("The first round is told of once")
  func tellsOfFirstRound() throws {
    let told = Mutex(0)
    let pulse = Pulse(onFirstRound: { told.withLock { $0 += 1 } })
    try Self.run(pulse, source: IdleSource(until: { pulse.rounds >= 3 }), sink: HangingSink(nil))
    #expect(told.withLock { $0 } == 1)
  }

  @Test("A sink that hangs keeps it, and lets it go on when it goes on")
  func hangsWithSink() throws {
    let (pulse, release, entered) = (Pulse(), DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    let sink = HangingSink((entered, release))
    let over = Atomic(false)
    let thread = try BackgroundThread("test") {
      try? Self.run(pulse, source: IdleSource(until: { over.load(ordering: .relaxed) }), sink: sink)
    }
    entered.wait()
    // A worker's sign may still complete the round whose token the sink gave back before it hung.
    let last = pulse.rounds + 1
    Self.sleep(milliseconds: 200)
    #expect(pulse.rounds <= last)
    release.signal()
    while pulse.rounds <= last { Self.sleep(milliseconds: 1) }
    over.store(true, ordering: .relaxed)
    thread.join()
  }

  @Test("A source that hangs keeps it")
  func hangsWithSource() throws {
    let (pulse, release, entered) = (Pulse(), DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    let thread = try BackgroundThread("test") {
      let source = IdleSource(until: {
        entered.signal()
        release.wait()
        return true
      })
      try? Self.run(pulse, source: source, sink: HangingSink(nil))
    }
    entered.wait()
    Self.sleep(milliseconds: 100)
    #expect(pulse.rounds == 0)
    release.signal()
    thread.join()
    #expect(pulse.rounds == 1)
  }

  @Test("Work at the sink that keeps it waiting counts by what is done of it")
  func advances() {
    let pulse = Pulse()
    #expect(pulse.depart())
    #expect(!pulse.depart())
    pulse.advance()
    #expect(pulse.rounds == 1)
    pulse.arrive()
    #expect(pulse.rounds == 2)
    #expect(pulse.depart())
  }

  @Test("It is only home when each worker has shown itself, however often the others have")
  func waitsForEachWorker() {
    let pulse = Pulse()
    pulse.expect(workers: 2)
    for _ in 0..<3 { pulse.show(worker: 0) }
    #expect(pulse.depart())
    pulse.arrive()
    #expect(pulse.rounds == 0)
    #expect(!pulse.depart())
    pulse.show(worker: 1)
    #expect(pulse.rounds == 1)
    #expect(pulse.depart())
    pulse.show(worker: 0)
    pulse.show(worker: 1)
    #expect(pulse.rounds == 1)
    pulse.arrive()
    #expect(pulse.rounds == 2)
  }

  private static func run(_ pulse: Pulse, source: IdleSource, sink: HangingSink) throws {
    var pipeline = ScoringPipeline(ScoringEngine(scorer: try Self.scorer.get()))
    pipeline.pulse = pulse
    var (source, sink) = (source, sink)
    try pipeline.run(source: &source, sink: &sink)
  }

  private static func sleep(milliseconds: Int) {
    _ = DispatchSemaphore(value: 0).wait(timeout: .now() + .milliseconds(milliseconds))
  }
}

/// Never has a tweet.
private struct IdleSource: ScoringSource {
  let isOver: @Sendable () -> Bool

  init(until isOver: @escaping @Sendable () -> Bool) { self.isOver = isOver }

  mutating func fill(_ chunk: inout Chunk, upTo limit: ChunkLimit, patience: Duration) -> SourceState {
    isOver() ? .ended : .open
  }
}

/// Hangs the first time that it is asked whether something is due.
private struct HangingSink: ScoreSink, Sendable {
  var hang: (entered: DispatchSemaphore, release: DispatchSemaphore)?

  init(_ hang: (entered: DispatchSemaphore, release: DispatchSemaphore)?) { self.hang = hang }

  mutating func accept(_ chunk: borrowing ScoredChunk) {}

  mutating func pause() {
    guard let hang else { return }
    self.hang = nil
    hang.entered.signal()
    hang.release.wait()
  }
}
