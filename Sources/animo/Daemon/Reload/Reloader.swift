import Logging
import Sentiment
import StatusServer
import Streaming
import Synchronization

/// Takes a changed configuration into the running daemon: all of it, or nothing.
///
/// The whole configuration is read and checked, and the new model answers two sentences, before anything changes. Then
/// the next job begins with the new engine; the one that is being read goes on with the old one to its end.
final class Reloader: Sendable {
  /// What can only change at a start.
  private let fixed: [String]
  private let badLines: Rendering.BadLines
  private let readSources: @Sendable () throws -> SettingSources
  private let adopt: @Sendable (ServeConfiguration, ScoringEngine) -> Void
  private let log: Logger
  /// What is in force.
  private let running: Mutex<ServeConfiguration>
  private let labels: [String]
  private let counts = Mutex(DaemonState.Reloads())

  /// - Parameters:
  ///   - running: what the daemon has begun with.
  ///   - labels: the labels of its model, which all that it counts is arranged by.
  ///   - fixed: the settings that are told of and stay as they are.
  ///   - badLines: what becomes of lines that cannot be labelled.
  ///   - sources: reads all sources anew.
  ///   - adopt: puts settings in force that have been found to be right.
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

  /// How often that was done, and what became of it.
  var reloads: DaemonState.Reloads { counts.withLock { $0 } }

  /// Reads the configuration again and puts it in force; if anything is wrong with it, all stays as it is.
  func reload() -> ReloadOutcome {
    let outcome: ReloadOutcome
    do {
      outcome = try take(ResolvedConfiguration(readSources()))
      counts.withLock { $0.applied += 1 }
      log.notice("reloaded", metadata: ["detail": "\(outcome.text)"])
    } catch {
      outcome = .refused("\(error)")
      counts.withLock { $0.refused += 1 }
      log.error("not reloaded, all stays as it was", metadata: ["detail": "\(outcome.text)"])
    }
    return outcome
  }

  private func take(_ new: ResolvedConfiguration) throws -> ReloadOutcome {
    for warning in new.warnings { log.warning("doubtful configuration", metadata: ["detail": "\(warning)"]) }
    let engine = try new.makeEngine(badLines: badLines)
    guard engine.scorer.labels == labels else {
      throw new.error(
        "model", expected: "the labels \(labels.joined(separator: ", ")), as long as the daemon runs",
        found: engine.scorer.labels.joined(separator: ", "))
    }
    return running.withLock { running in
      let changes = running.changes(to: new.values)
      let later = changes.filter(fixed.contains)
      running = new.values.keeping(later, of: running)
      adopt(running, engine)
      return .adopted(changes: changes.filter { !fixed.contains($0) }, later: later)
    }
  }
}
