import Sentiment
import Streaming

/// A configuration, and where each part of it came from.
struct ResolvedConfiguration: Sendable {
  let values: ServeConfiguration
  /// By the settings' names.
  let origins: [String: SettingOrigin]
  /// What is worth a warning.
  let warnings: [String]

  /// Reads and checks all settings.
  ///
  /// - Throws: `SettingError` for the first that is wrong.
  init(_ sources: SettingSources) throws(SettingError) {
    var reader = SettingReader(sources)
    values = try ServeConfiguration(&reader)
    origins = reader.origins
    warnings = reader.unknownVariables.map { name, nearest in
      "\(name) is no setting of animo" + (nearest.map { "; did you mean \($0)?" } ?? "")
    }
  }

  /// Loads the model that is configured and lets it answer.
  ///
  /// - Throws: `SettingError` that names the setting, when it cannot be used.
  func makeEngine(badLines: Rendering.BadLines) throws -> ScoringEngine {
    let engine: ScoringEngine
    do {
      engine = try values.makeEngine(badLines: badLines)
      try SelfTest.run(engine.scorer)
    } catch let error as SentimentError where origins["model"] != .standard {
      throw self.error(
        "model", expected: "a folder with a model", found: "\"\(error.model)\": \(error.reason)")
    }
    let labels = engine.scorer.labels
    guard labels.count == 2 || engine.rendering.threshold == Rendering.evenThreshold else {
      throw error(
        "threshold", expected: "0.5, as the model has the labels \(labels.joined(separator: ", "))",
        found: "\(values.threshold)")
    }
    return engine
  }

  /// What to throw about a setting.
  func error(_ key: String, expected: String, found: String) -> SettingError {
    SettingError(key, at: origins[key] ?? .standard, expected: expected, found: found)
  }
}
