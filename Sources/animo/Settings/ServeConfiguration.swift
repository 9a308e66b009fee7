import ArgumentParser
import Logging
import Scoring
import Sentiment
import Spool
import TOML
import Tweets

/// The daemon's configuration: the value of every setting, in the form that each part of the program uses.
struct ServeConfiguration: Equatable, Sendable {
  /// By name of the setting; an empty text stands for a default that depends on something else.
  private(set) var values: [String: TOMLValue]

  // The values, as stored by the rows of the table.
  var spool = ""
  var spoolOptions = SpoolOptions()
  var model = ModelChoice()
  /// The probability that `positive` must exceed to become the answer.
  var threshold = 0.5
  var labels = Rendering.Labels.all
  /// The smallest margin of probability for an answer other than `abstain`; see `Decision`.
  var abstention = 0.0
  var emit = Rendering.Emit.merge
  var reading = ReadingOptions()
  /// The names of the time of a tweet, which only the statistics of a spool use.
  var timeKeys: [String] = []
  var workers = 1
  /// Names by which clients may address the status server.
  var httpNames: [String] = []
  var logLevel = LogThreshold.info

  /// - Parameter given: values by the settings' names, of the right types; the others have their defaults.
  init(_ given: [String: TOMLValue] = [:]) {
    values = Dictionary(uniqueKeysWithValues: Setting.all.map { ($0.name, given[$0.name] ?? $0.standard) })
    for setting in Setting.all { setting.put(self[setting.name], into: &self) }
    spoolOptions.reading = reading(badLines: .deadLetter)
  }

  /// The value of a setting.
  subscript(name: String) -> TOMLValue { values[name] ?? .text("") }

  static func == (first: Self, second: Self) -> Bool { first.values == second.values }

  /// Loads the model.
  ///
  /// - Parameter badLines: the treatment of lines that cannot be labelled.
  func makeEngine(badLines: Rendering.BadLines) throws -> ScoringEngine {
    ScoringEngine(
      scorer: try model.makeScorer(), reading: reading(badLines: badLines),
      rendering: rendering(badLines: badLines), phrasing: Remedy.byFlag)
  }

  /// The reading of lines, with the times of tweets where a spool keeps its bad lines apart.
  private func reading(badLines: Rendering.BadLines) -> ReadingOptions {
    var options = reading
    if badLines == .deadLetter { options.timeKeys = timeKeys }
    return options
  }

  /// The rendering of answers.
  func rendering(badLines: Rendering.BadLines) -> Rendering {
    Rendering(
      emit: emit, badLines: badLines, threshold: Rendering.millionths(threshold), labels: labels,
      abstention: Rendering.millionths(abstention))
  }
}

// Changes while the daemon runs.
extension ServeConfiguration {
  /// The settings that cannot change while the daemon works on a spool.
  static let fixed = Setting.all.filter { $0.effect == .nextStart }.map(\.name)
  /// The settings that cannot change while it reads standard input, an endless file.
  static let fixedForStandardInput = Setting.all.filter { $0.effect != .nextFile }.map(\.name)

  /// The names of the settings that differ in another configuration.
  func changes(to other: ServeConfiguration) -> [String] {
    Setting.all.map(\.name).filter { self[$0] != other[$0] }
  }

  /// The same configuration, with the fixed settings of another one.
  func keeping(_ names: [String], of other: ServeConfiguration) -> ServeConfiguration {
    ServeConfiguration(values.merging(names.map { ($0, other[$0]) }) { $1 })
  }
}

/// The minimum level of logged messages.
enum LogThreshold: String, CaseIterable, ExpressibleByArgument {
  case debug, info, warning, error

  var level: Logger.Level {
    switch self {
    case .debug: .debug
    case .info: .info
    case .warning: .warning
    case .error: .error
    }
  }
}
