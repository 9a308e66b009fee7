/// A model that cannot be used, and why.
package struct SentimentError: Error, CustomStringConvertible {
  /// The model's name or folder.
  package let model: String
  /// What was expected and what was found.
  package let reason: String

  package var description: String { "model \(model): \(reason)" }
}
