/// An error in a recipe or a configuration: its place and the remedy.
struct SettingError: Error, Equatable {
  /// The file; for settings from elsewhere the environment variable or the flag.
  var source: String
  /// Counted from 1; nil if unknown.
  var line: Int?
  /// The key's path in the file, such as `classifier.rate`.
  var key: String?
  var expected: String
  var found: String
  var remedy: String?
}

extension SettingError: CustomStringConvertible {
  var description: String {
    let place = Self.place(source, line: line, key: key)
    return "\(place): expected \(expected), found \(found)" + (remedy.map { "; \($0)" } ?? "")
  }

  /// `mine.toml, line 7: classifier.rate`, as far as it is known.
  static func place(_ source: String, line: Int?, key: String?) -> String {
    source + (line.map { ", line \($0)" } ?? "") + (key.map { ": \($0)" } ?? "")
  }
}

/// Suggestions for misspelt names.
enum NearestName {
  /// The nearest name, if it is close enough to be a typing error: at most a third of the letters differ.
  static func of(_ name: String, among known: [String]) -> String? {
    let nearest = known.map { ($0, distance(name, $0)) }.min { $0.1 < $1.1 }
    guard let (candidate, distance) = nearest, distance <= max(2, candidate.count / 3) else { return nil }
    return candidate
  }

  /// The remedy for a name that is not in `known`: the nearest name, or the list of names; nil if there are none.
  static func remedy(for name: String, among known: [String]) -> String? {
    if let nearest = of(name, among: known) { return "did you mean \(nearest)?" }
    return known.isEmpty ? nil : "there are: \(known.joined(separator: ", "))"
  }

  /// The edit distance: the number of insertions, deletions and replacements (Levenshtein 1966).
  static func distance(_ first: String, _ second: String) -> Int {
    let letters = Array(second)
    var row = Array(0...letters.count)
    for (index, letter) in first.enumerated() {
      var diagonal = row[0]
      row[0] = index + 1
      for column in letters.indices {
        let replaced = diagonal + (letters[column] == letter ? 0 : 1)
        diagonal = row[column + 1]
        row[column + 1] = min(replaced, diagonal + 1, row[column] + 1)
      }
    }
    return row[letters.count]
  }
}
