internal import Dispatch
internal import Synchronization

/// Source → workers → sink: lines in, labels out, in order, with bounded memory.
///
/// The calling thread reads, each worker has a thread, and one more writes. Chunks are the only memory in flight:
/// a fixed number of them circulates, so that a slow sink slows the source down and nothing is ever dropped. The
/// sink gets the chunks in the source's order, whichever worker is done first.
package struct ScoringPipeline: Sendable {
  /// What labels the chunks whose source names no other engine.
  package var engine: ScoringEngine
  /// How many threads label; two by default, each as fast as one core.
  package var workers: Int
  /// Shows that it moves.
  package var pulse = Pulse()

  /// A chunk never holds more lines; the first ones are shorter, so that the first answers come soon.
  static let largestChunk = 512
  static let smallestChunk = 24
  /// How long a source may wait for input before the pipeline looks after its sink.
  static let patience = Duration.milliseconds(500)

  /// A pipeline that is ready to run.
  package init(_ engine: ScoringEngine, workers: Int = 2) {
    self.engine = engine
    self.workers = workers
  }

  /// Labels all that `source` has; returns when `sink` has accepted the last of it.
  ///
  /// - Throws: what the source or the sink throws. All that the source gave before is still labelled and accepted;
  ///   after an error of the sink nothing more is.
  package func run<Sink: ScoreSink & Sendable>(
    source: inout some TweetSource, sink: inout Sink
  ) throws {
    let belt = Belt(chunks: workers * 2 + 2)
    pulse.expect(workers: workers)
    let threads = (0..<workers).map { number in
      BackgroundThread("worker \(number + 1)") { work(on: belt, as: number) }
    }
    let writer = Writer(sink, pulse)
    let writing = BackgroundThread("writer") { writer.drain(belt) }
    var failure: (any Error)?
    do { try feed(belt, from: &source, until: { writer.hasFailed }) } catch { failure = error }
    belt.end(workers: workers)
    for thread in threads { thread.join() }
    writing.join()
    sink = try writer.finish()
    if let failure { throw failure }
  }

  private func feed(
    _ belt: Belt, from source: inout some TweetSource, until isOver: () -> Bool
  ) throws {
    var limit = ChunkLimit(lines: Self.smallestChunk)
    var state = SourceState.open
    // The first look is not worth waiting for: the token tells after it that all is ready.
    var patience = Duration.zero
    while state == .open, !isOver() {
      let carrier = belt.empty.take()
      defer { belt.send(carrier) }
      state = try carrier.chunk.withLock { chunk in
        chunk.removeAll()
        defer { chunk.hasToken = pulse.depart() }
        return try source.fill(&chunk, upTo: limit, patience: patience)
      }
      patience = Self.patience
      if state == .abandoned { belt.abandon() }
      limit.lines = min(limit.lines * 2, Self.largestChunk)
    }
  }

  private func work(on belt: Belt, as number: Int) {
    var worker = ChunkScorer(engine)
    while let carrier = next(on: belt, for: number) {
      if !belt.isAbandoned {
        carrier.chunk.withLock { chunk in
          if let other = chunk.engine, other !== worker.engine { worker = ChunkScorer(other) }
          worker.score(&chunk)
        }
      }
      carrier.isScored.signal()
    }
  }

  /// The next chunk to be labelled, or nil when there will be none.
  private func next(on belt: Belt, for worker: Int) -> Carrier? {
    while true {
      pulse.show(worker: worker)
      if let next = belt.toScore.take(within: Belt.patience) { return next }
    }
  }
}
