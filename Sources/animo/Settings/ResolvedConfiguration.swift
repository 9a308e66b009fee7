import Scoring
import Sentiment
import SystemCalls
import TOML
import Tweets

/// A configuration and the origin of each value.
struct ResolvedConfiguration: Sendable {
  private(set) var values: ServeConfiguration
  /// By name of the setting.
  let origins: [String: SettingOrigin]
  /// Warnings to print.
  let warnings: [String]

  /// Reads and checks all settings.
  ///
  /// - Throws: `SettingError` for the first that is wrong.
  init(_ sources: SettingSources) throws(SettingError) {
    var values: [String: TOMLValue] = [:]
    var origins: [String: SettingOrigin] = [:]
    for setting in Setting.all {
      (values[setting.name], origins[setting.name]) = try sources.value(of: setting)
    }
    self.values = ServeConfiguration(values)
    self.origins = origins
    let unknown = sources.unknownVariables.map { name, nearest in
      "\(name) is not a setting of animo" + (nearest.map { "; did you mean \($0)?" } ?? "")
    }
    let exposed = self.values.listen.filter { !$0.isLocal }.map { address in
      "listen = \"\(address)\": there are no passwords; every machine that reaches this address can read the statistics"
    }
    warnings = unknown + exposed
    guard self.values.emit != .merge || !self.values.reading.textIsSentiment else {
      throw error(
        "text_keys", expected: "other names, as emit = \"merge\" puts its own member sentiment in that place",
        found: "\"sentiment\"")
    }
    try sources.refuseUnknownNames()
  }

  /// Loads the configured model and tests it.
  ///
  /// - Throws: `SettingError` that names the setting, when it cannot be used.
  func makeEngine(badLines: Rendering.BadLines) throws -> ScoringEngine {
    let engine: ScoringEngine
    do {
      engine = try values.makeEngine(badLines: badLines)
      try SelfTest.run(engine)
    } catch let error as SentimentError where origins["model"] != .standard {
      throw self.error(
        "model", expected: "a folder with a model", found: "\"\(error.model)\": \(error.reason)")
    }
    try check(engine.rendering, for: engine.scorer.labels)
    return engine
  }

  /// Checks that the answers that are asked for suit a model with `labels`.
  func check(_ rendering: Rendering, for labels: [String]) throws(SettingError) {
    guard let answers = rendering.answers(of: labels) else {
      throw error(
        "labels", expected: "all, as the model has the labels \(labels.joined(separator: ", "))",
        found: "\"\(values.labels.rawValue)\"")
    }
    guard rendering.thresholdApplies(to: answers) else {
      throw error(
        "threshold", expected: "0.5, as the model has the labels \(labels.joined(separator: ", "))",
        found: "\(values.threshold)")
    }
  }

  /// The same configuration, with some settings of another one.
  func keeping(_ names: [String], of other: ServeConfiguration) -> ResolvedConfiguration {
    var kept = self
    kept.values = values.keeping(names, of: other)
    return kept
  }

  /// The error for a setting.
  func error(_ key: String, expected: String, found: String) -> SettingError {
    SettingError(key, at: origins[key] ?? .standard, expected: expected, found: found)
  }
}

extension ResolvedConfiguration {
  /// Prints the warnings to standard error.
  func warn() {
    for warning in warnings { StandardError.write("animo: warning: \(warning)\n") }
  }
}

/// Tests that the model works, before the daemon reports readiness.
enum SelfTest {
  /// - Throws: `CommandFailure` if the model gives a happy and a sad sentence the same probabilities.
  static func run(_ engine: ScoringEngine) throws {
    let answers = Scorer(engine).answers(to: [
      "muchas gracias, qué alegría tan grande", "estoy muy triste, qué día tan horrible",
    ]).map(\.probabilities)
    guard answers[0] != answers[1], answers[0].reduce(0, +) == 1_000_000 else {
      throw CommandFailure(
        .configuration,
        "model \(engine.modelName): the self-test failed: the same answer for joy and grief")
    }
  }
}
