internal import AWDLSTM
internal import Dispatch
internal import Synchronization
internal import SystemCalls
package import Tweets

/// Source → workers → sink: lines in, labels out, in order, with bounded memory.
///
/// The calling thread reads, each worker has a thread, and one more writes. Chunks are the only memory in flight:
/// a fixed number of them circulates, so that a slow sink slows the source down and nothing is ever dropped. The
/// sink gets the chunks in the source's order, whichever worker is done first.
package struct ScoringPipeline: Sendable {
  /// What labels the chunks whose source names no other engine; may change on the way.
  package let engines: CurrentEngine
  /// How many threads label; two by default, each as fast as one core.
  package var workers: Int
  /// Shows that it moves.
  package var pulse = Pulse()

  /// A chunk never holds more lines; the first ones are shorter, so that the first answers come soon.
  static let largestChunk = 512
  /// All chunks are as short where reasons are found, which take some hundred times as long as labels: whoever waits for
  /// answers would wait for minutes, and take the program for dead.
  static let smallestChunk = 24
  /// How long a source may wait for input before the pipeline looks after its sink.
  static let patience = Duration.milliseconds(500)

  /// A pipeline that is ready to run.
  package init(_ engine: ScoringEngine, workers: Int = 2) {
    engines = CurrentEngine(engine)
    self.workers = workers
  }

  /// What labels at the moment where the source names no other engine.
  package var engine: ScoringEngine { engines.now }

  /// Labels all that `source` has; returns when `sink` has accepted the last of it.
  ///
  /// - Throws: what the source or the sink throws, or `SystemCallError` if there are no threads. All that the source gave before is still labelled and accepted;
  ///   after an error of the sink nothing more is.
  package func run<Sink: ScoreSink & Sendable>(
    source: inout some ScoringSource, sink: inout Sink
  ) throws {
    let belt = Belt(chunks: workers * 2 + 2)
    pulse.expect(workers: workers)
    let writer = Writer(sink, pulse)
    // One worker alone is meant to take one core.
    let companion = workers > 1 ? Companion() : nil
    var threads: [BackgroundThread] = []
    var failure: (any Error)?
    do {
      for number in 0..<workers {
        threads.append(
          try BackgroundThread("worker \(number + 1)") {
            work(on: belt, as: number, with: companion)
          })
      }
      threads.append(try BackgroundThread("writer") { writer.drain(belt) })
      try feed(belt, from: &source, until: { writer.hasFailed })
    } catch {
      failure = error
    }
    belt.end(workers: workers)
    for thread in threads { thread.join() }
    sink = try writer.finish()
    if let failure { throw failure }
  }

  private func feed(
    _ belt: Belt, from source: inout some ScoringSource, until isOver: () -> Bool
  ) throws {
    var limit = ChunkLimit(lines: Self.smallestChunk)
    var state = SourceState.open
    // The first look is not worth waiting for: the token tells after it that all is ready.
    var patience = Duration.zero
    while state == .open, !isOver() {
      let item = belt.empty.take()
      defer { belt.send(item) }
      state = try item.content.withLock { content in
        content.chunk.removeAll()
        defer {
          // Chosen last: the wait for the first line may be long.
          content.engine = source.engine ?? engines.now
          content.hasToken = pulse.depart()
        }
        return try source.fill(&content.chunk, upTo: limit, patience: patience)
      }
      patience = Self.patience
      if state == .abandoned { belt.abandon() }
      limit.lines = engine.reasons == nil ? min(limit.lines * 2, Self.largestChunk) : Self.smallestChunk
    }
  }

  private func work(on belt: Belt, as number: Int, with companion: Companion?) {
    // Made for the first lines: where there are few, the other workers need no memory.
    var worker: ChunkScorer?
    while let item = next(on: belt, for: number) {
      if !belt.isAbandoned {
        item.content.withLock { content in
          guard !content.chunk.isEmpty else { return content.scored.removeAll() }
          let engine = content.engine ?? engine
          if worker?.engine !== engine { worker = ChunkScorer(engine, companion: companion) }
          worker?.score(&content.chunk, into: &content.scored)
        }
      }
      item.isScored.signal()
    }
  }

  /// The next chunk to be labelled, or nil when there will be none.
  private func next(on belt: Belt, for worker: Int) -> WorkItem? {
    while true {
      pulse.show(worker: worker)
      if let next = belt.toScore.take(within: Belt.patience) { return next }
    }
  }
}

/// A source that may say what its lines are to be labelled with.
package protocol ScoringSource: TweetSource {
  /// The engine for all lines that `fill` has added last; nil for the pipeline's own.
  var engine: ScoringEngine? { get }
}

extension ScoringSource {
  package var engine: ScoringEngine? { nil }
}

extension FileSource: ScoringSource {}
