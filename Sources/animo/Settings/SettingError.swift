/// What is wrong with a recipe or a configuration: where, and what to do about it.
struct SettingError: Error, Equatable {
  /// The file; for settings from elsewhere the environment variable or the flag.
  var source: String
  /// From 1; nil where it is not known.
  var line: Int?
  /// The key's path in the file, such as `classifier.rate`.
  var key: String?
  var expected: String
  var found: String
  var remedy: String?
}

extension SettingError: CustomStringConvertible {
  var description: String {
    let place = [source, line.map { "line \($0)" }].compactMap { $0 }.joined(separator: ", ")
    let key = key.map { "\($0): " } ?? ""
    return "\(place): \(key)expected \(expected), found \(found)" + (remedy.map { "; \($0)" } ?? "")
  }
}
