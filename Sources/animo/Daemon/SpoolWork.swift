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

  private let pipeline: ScoringPipeline
  private let spool: Spool

  /// - Throws: `SpoolError` when the spool cannot be worked.
  init(_ pipeline: ScoringPipeline, root: FilePath, options: SpoolOptions, log: Logger) throws {
    self.pipeline = pipeline
    modelName = pipeline.scorer.modelName
    sourceName = root.string
    spool = try Spool(
      root: root, options: options, labels: pipeline.scorer.labels, provenance: Provenance(of: pipeline),
      pulse: pipeline.pulse, log: log)
  }

  var statusText: String { spool.status.text }
  var tally: Tally { spool.statistics.settled }
  var refusedFiles: Int { spool.statistics.refusedFiles }

  func run(until stop: WakeUp) throws {
    var source = spool.makeSource(stop: stop)
    var sink = spool.makeSink(stop: stop)
    try pipeline.run(source: &source, sink: &sink)
  }

  func keepHouse() { spool.keepHouse() }
  func finish() { spool.finish() }
}

extension Provenance {
  /// What all answers of `pipeline` have in common; a file is begun anew when any of it changes.
  fileprivate init(of pipeline: ScoringPipeline) {
    // As Swift describes the options, so that one that is added later is not forgotten here.
    self.init(
      model: pipeline.scorer.modelName,
      settings: "\(pipeline.scorer.cleaning) \(pipeline.rendering) \(pipeline.reading)".replacing(
        "Streaming.", with: ""))
  }
}
