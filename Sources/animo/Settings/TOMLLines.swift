/// On which lines of a TOML text keys and tables stand, as far as that can be told line by line.
///
/// The parser keeps no places of values. Keys inside of braces are not found; messages then name no line.
struct TOMLLines: Sendable {
  /// From 1, by the path of the key: `classifier.rate`, `language_model[2].epochs`.
  private var lines: [String: Int] = [:]

  init(_ text: String) {
    var table = ""
    var counts: [String: Int] = [:]
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let line = line.drop { $0 == " " || $0 == "\t" }
      if line.first == "[" {
        let name = String(line.drop { $0 == "[" }.prefix { $0 != "]" })
        let isRepeated = line.hasPrefix("[[")
        if isRepeated { counts[name, default: 0] += 1 }
        let path = isRepeated ? "\(name)[\(counts[name] ?? 1)]" : name
        table = path + "."
        note(path, line: index + 1)
      } else if let key = Self.key(of: line) {
        note(table + key, line: index + 1)
      }
    }
  }

  /// The line of a key, or of the table that it is in.
  func line(of path: String) -> Int? {
    if let line = lines[path] { return line }
    guard let dot = path.lastIndex(of: ".") else { return nil }
    return line(of: String(path[..<dot]))
  }

  private mutating func note(_ path: String, line: Int) {
    if lines[path] == nil { lines[path] = line }
  }

  /// The bare key before an equals sign, if the line has one.
  private static func key(of line: Substring) -> String? {
    let key = line.prefix { $0.isASCII && ($0.isLetter || $0.isNumber) || $0 == "_" || $0 == "-" }
    let rest = line.dropFirst(key.count).drop { $0 == " " || $0 == "\t" }
    return !key.isEmpty && rest.first == "=" ? String(key) : nil
  }
}
