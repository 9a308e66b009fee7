/// Which of some names somebody probably meant.
enum NearestName {
  /// The nearest name, if it is near enough to be a slip of the pen: a third of the letters at most.
  static func of(_ name: String, among known: [String]) -> String? {
    let nearest = known.map { ($0, distance(name, $0)) }.min { $0.1 < $1.1 }
    guard let (candidate, distance) = nearest, distance <= max(2, candidate.count / 3) else { return nil }
    return candidate
  }

  /// What to do about a name that is none of `known`: take the nearest one, or see which there are; nil where there are
  /// none.
  static func remedy(for name: String, among known: [String]) -> String? {
    if let nearest = of(name, among: known) { return "did you mean \(nearest)?" }
    return known.isEmpty ? nil : "there are: \(known.joined(separator: ", "))"
  }

  /// How many letters have to be put in, taken out or replaced (Levenshtein 1966).
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
