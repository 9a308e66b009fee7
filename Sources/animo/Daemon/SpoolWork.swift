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
  let sourceName: String
  let labels: [String]

  private let pipeline: ScoringPipeline
  private let endsWhenEmpty: Bool
  private let spool: Spool
  private let engines: CurrentEngine

  /// - Throws: `SpoolError` when the spool cannot be worked.
  init(_ pipeline: ScoringPipeline, root: FilePath, options: SpoolOptions, log: Logger) throws {
    self.pipeline = pipeline
    endsWhenEmpty = options.endsWhenEmpty
    modelName = pipeline.engine.scorer.modelName
    labels = pipeline.engine.scorer.labels
    sourceName = root.string
    engines = CurrentEngine(pipeline.engine)
    spool = try Spool(
      root: root, options: options, labels: labels, model: modelName, engines: engines, log: log)
  }

  var statusText: String { spool.status.text }
  var tally: Tally { spool.statistics.settled }
  var refusedFiles: Int { spool.statistics.snapshot.total.refusedFiles }

  var state: Directory? { spool.directories.work }

  func adopt(_ configuration: ServeConfiguration, _ engine: ScoringEngine) {
    engines.replace(with: engine)
    var options = configuration.spoolOptions
    options.endsWhenEmpty = endsWhenEmpty
    spool.adopt(options, model: engine.scorer.modelName)
  }

  func run(until stop: WakeUp) throws {
    var source = spool.makeSource(stop: stop)
    var sink = spool.makeSink()
    try pipeline.run(source: &source, sink: &sink)
  }

  func keepHouse() { spool.keepHouse() }
  func finish() { spool.finish() }
}
