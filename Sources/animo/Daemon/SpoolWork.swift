import Logging
import Sentiment
import Spool
import Statistics
import Streaming
import Synchronization
import SystemCalls
import SystemPackage

/// The daemon's work on a spool.
final class SpoolWork: DaemonWork {
  let modelName: String
  let labels: [String]
  let sourceName: String

  private let pipeline: ScoringPipeline
  private let endsWhenEmpty: Bool
  private let engines: CurrentEngine
  private let spool: Spool

  /// - Throws: `SpoolError` when the spool cannot be worked.
  init(_ pipeline: ScoringPipeline, root: FilePath, options: SpoolOptions, log: Logger) throws {
    self.pipeline = pipeline
    modelName = pipeline.engine.modelName
    labels = pipeline.engine.scorer.labels
    sourceName = root.string
    endsWhenEmpty = options.endsWhenEmpty
    engines = CurrentEngine(pipeline.engine)
    spool = try Spool(
      root: root, options: options, labels: labels, provenance: Provenance(of: pipeline.engine),
      engines: engines, pulse: pipeline.pulse, log: log)
  }

  var statusText: String { spool.status.text }
  var current: CurrentStatistics { spool.current }
  var trouble: String? { spool.trouble }
  var tally: Tally { spool.statistics.settled }
  var refusedFiles: Int { spool.statistics.refusedFiles }
  var state: Directory? { spool.state }

  func adopt(_ configuration: ServeConfiguration, _ engine: ScoringEngine) {
    engines.replace(with: engine)
    var options = configuration.spoolOptions
    options.endsWhenEmpty = endsWhenEmpty
    spool.adopt(options, model: engine.modelName)
  }

  func run(until stop: WakeUp) throws {
    var source = spool.makeSource(stop: stop)
    var sink = spool.makeSink(stop: stop)
    try pipeline.run(source: &source, sink: &sink)
  }

  func keepHouse() { spool.keepHouse() }
  func finish() { spool.finish() }
}
