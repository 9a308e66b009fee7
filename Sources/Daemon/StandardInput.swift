package import Logging
package import Scoring
internal import Synchronization
package import SystemCalls
package import SystemPackage
package import Tweets

/// Standard input as an intake: the filter, with statistics.
package struct StandardInput: Intake {
  package let statistics: StatisticsKeeper

  private let reading: ReadingOptions
  /// The folder to keep `current.json` in, if any.
  private let folder: Directory?
  private let log: Logger
  /// A folder that cannot be written to may stay so for days, and is tried every few seconds.
  private let warnings = Throttle(.seconds(60))

  /// - Parameters:
  ///   - engine: the engine; how lines are read does not change.
  ///   - folder: the folder to keep `current.json` in, if any.
  /// - Throws: `SystemCallError` if that folder cannot be opened.
  package init(_ engine: ScoringEngine, statisticsIn folder: FilePath?, log: Logger) throws(SystemCallError) {
    reading = engine.reading
    self.log = log
    statistics = StatisticsKeeper(labels: engine.labels, model: engine.modelName)
    self.folder = if let folder { try Directory(folder) } else { nil }
  }

  package var name: String { "standard input" }
  package var queue: IntakeQueue { IntakeQueue() }
  package var trouble: String? { nil }
  package var state: Directory? { nil }

  package func makeSource(stop: WakeUp) -> Source { Source(reading, stop: stop) }
  package func makeSink(stop: WakeUp) -> Sink { Sink(statistics) }

  package func serveRequests(until stop: WakeUp) {
    // There is nothing to ask.
    _ = Readiness.wait(for: stop.descriptor, milliseconds: -1)
  }

  package func keepHouse() { writeStatistics(isLast: false) }
  package func finish() { writeStatistics(isLast: true) }

  private func writeStatistics(isLast: Bool) {
    guard let folder else { return }
    do {
      try statistics.write(into: folder, isLast: isLast)
    } catch {
      guard isLast || warnings.isDue() else { return }
      log.tell(DaemonEvent.statisticsUnwritable, ["error": "\(error)"])
    }
  }
}

extension StandardInput {
  /// The lines of standard input; a read error ends the daemon.
  package struct Source: ScoringSource {
    private var file: FileSource
    private let failure: Failure

    /// The error of the reader.
    private final class Failure: Sendable {
      let error = Mutex<InputError?>(nil)
    }

    fileprivate init(_ reading: ReadingOptions, stop: WakeUp) {
      let failure = Failure()
      file = FileSource(
        [.standardInput], options: reading, stop: stop.descriptor
      ) { error in failure.error.withLock { $0 = error } }
      self.failure = failure
    }

    package mutating func fill(
      _ chunk: inout Chunk, upTo limit: ChunkLimit, patience: Duration
    ) throws -> SourceState {
      let state = file.fill(&chunk, upTo: limit, patience: patience)
      if let error = failure.error.withLock({ $0 }) { throw error }
      return state
    }
  }

  /// Standard output, counted.
  package struct Sink: ScoreSink, Sendable {
    private let statistics: StatisticsKeeper
    private var output: OutputSink

    fileprivate init(_ statistics: StatisticsKeeper) {
      self.statistics = statistics
      output = OutputSink(.standardOutput, name: "standard output", labels: statistics.labels)
    }

    package mutating func accept(_ chunk: borrowing ScoredChunk) throws {
      try output.accept(chunk)
      for segment in chunk.segments { statistics.count(segment.counts) }
    }
  }
}
