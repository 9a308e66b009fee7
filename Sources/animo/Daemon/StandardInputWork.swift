import Logging
import Sentiment
import Spool
import Streaming
import Synchronization
import SystemCalls
import SystemPackage

/// The daemon's work on standard input: the filter, with statistics.
final class StandardInputWork: DaemonWork {
  let modelName: String
  let labels: [String]
  let sourceName = "standard input"

  private let pipeline: ScoringPipeline
  private let engines: CurrentEngine
  private let statistics: StatisticsKeeper
  private let stats: Directory?
  private let log: Logger

  /// - Parameter stats: the folder to keep `current.json` in, if any.
  /// - Throws: `SystemCallError` when that folder cannot be opened.
  init(_ pipeline: ScoringPipeline, stats: String?, log: Logger) throws {
    self.pipeline = pipeline
    engines = CurrentEngine(pipeline.engine)
    self.log = log
    modelName = pipeline.engine.scorer.modelName
    labels = pipeline.engine.scorer.labels
    statistics = StatisticsKeeper(labels: labels, model: modelName)
    self.stats = try stats.map { path throws in try Directory(FilePath(path)) }
  }

  var statusText: String { statistics.status(of: .init()).text }
  var current: CurrentStatistics { statistics.current() }
  var trouble: String? { nil }
  var tally: Tally { statistics.settled }
  var refusedFiles: Int { 0 }
  var state: Directory? { nil }

  func adopt(_ configuration: ServeConfiguration, _ engine: ScoringEngine) {
    engines.replace(with: engine)
    statistics.name(model: engine.scorer.modelName)
  }

  func run(until stop: WakeUp) throws {
    let failure = Mutex<InputError?>(nil)
    var source = FileSource(
      [.standardInput], labels: labels.count, options: pipeline.engine.reading, stop: stop.descriptor,
      engines: engines
    ) { error in failure.withLock { $0 = error } }
    var sink = CountingSink(statistics: statistics, labels: labels.count)
    try pipeline.run(source: &source, sink: &sink)
    if let failure = failure.withLock({ $0 }) { throw failure }
  }

  func keepHouse() { writeStatistics(isLast: false) }
  func finish() { writeStatistics(isLast: true) }

  private func writeStatistics(isLast: Bool) {
    guard let stats else { return }
    do {
      try statistics.write(into: stats, isLast: isLast)
    } catch {
      log.warning("cannot write the statistics", metadata: ["error": "\(error)"])
    }
  }
}

/// Standard output, counted.
private struct CountingSink: ScoreSink, Sendable {
  private let statistics: StatisticsKeeper
  private var output: OutputSink

  init(statistics: StatisticsKeeper, labels: Int) {
    self.statistics = statistics
    output = OutputSink(.standardOutput, name: "standard output", labels: labels)
  }

  mutating func accept(_ chunk: borrowing Chunk) throws {
    try output.accept(chunk)
    for segment in chunk.segments { statistics.count(segment.tally) }
  }
}
