/// What is wrong with a recipe: where, and what to do about it.
struct RecipeError: Error, Equatable {
  var file: String
  /// From 1; nil where it is not known.
  var line: Int?
  /// The key's path, such as `classifier.rate`.
  var key: String?
  var expected: String
  var found: String
  var remedy: String?
}

extension RecipeError: CustomStringConvertible {
  var description: String {
    let place = [file, line.map { "line \($0)" }].compactMap { $0 }.joined(separator: ", ")
    let key = key.map { "\($0): " } ?? ""
    return "\(place): \(key)expected \(expected), found \(found)" + (remedy.map { "; \($0)" } ?? "")
  }
}
