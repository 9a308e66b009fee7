import Daemon
import Logging
import Scoring
import Sentiment
import Synchronization

/// Applies a changed configuration to the running daemon, completely or not at all.
///
/// Before anything changes, the whole configuration is read and checked, and the new model is tested on two sentences.
/// The next job then starts with the new engine; a job that is already being read is finished with the old one.
final class ServeReload: Sendable {
  /// The settings that take effect only at a start.
  private let fixed: [String]
  private let badLines: Rendering.BadLines
  private let readSources: @Sendable () throws -> SettingSources
  private let adopt: @Sendable (ServeConfiguration, ScoringEngine) -> Void
  private let log: Logger
  /// The settings in effect.
  private let running: Mutex<ServeConfiguration>
  private let labels: [String]

  /// - Parameters:
  ///   - running: the configuration with which the daemon started.
  ///   - labels: the labels of its model, in whose order all counts are kept.
  ///   - fixed: the settings whose changes are reported but not applied.
  ///   - badLines: the treatment of lines that cannot be labelled.
  ///   - sources: reads all sources of settings again.
  ///   - adopt: applies settings that have been found valid.
  init(
    _ running: ServeConfiguration, labels: [String], fixed: [String], badLines: Rendering.BadLines,
    log: Logger, sources: @escaping @Sendable () throws -> SettingSources,
    adopt: @escaping @Sendable (ServeConfiguration, ScoringEngine) -> Void
  ) {
    self.running = Mutex(running)
    self.labels = labels
    self.fixed = fixed
    self.badLines = badLines
    self.log = log
    readSources = sources
    self.adopt = adopt
  }

  /// Reads the configuration again and applies it, except what takes effect only at the next start.
  ///
  /// - Throws: if it is invalid; the previous configuration stays in effect.
  func reload() throws -> AdoptedSettings {
    let new = try ResolvedConfiguration(readSources())
    for warning in new.warnings { log.tell(DaemonEvent.doubtfulConfiguration, ["detail": "\(warning)"]) }
    let current = running.withLock { $0 }
    let changes = current.changes(to: new.values)
    let later = changes.filter(fixed.contains)
    let next = new.keeping(later, of: current)
    let engine = try next.makeEngine(badLines: badLines)
    try new.check(new.values.rendering(badLines: badLines), for: engine.scorer.labels)
    guard engine.labels == labels else {
      throw new.error(
        "model", expected: "the labels \(labels.joined(separator: ", ")), as long as the daemon runs",
        found: engine.labels.joined(separator: ", "))
    }
    running.withLock { $0 = next.values }
    adopt(next.values, engine)
    return AdoptedSettings(changes: changes.filter { !fixed.contains($0) }, later: later)
  }
}
