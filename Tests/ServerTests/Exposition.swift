/// Metrics in Prometheus' text format 0.0.4, read more strictly than Prometheus does: each metric once, with HELP, TYPE
/// and at least one sample in this order; counters end in `_total`.
struct Exposition {
  struct Fault: Error {
    let line: Substring
  }

  /// The value of each series, by its name and labels as they are written.
  private(set) var samples: [String: Double] = [:]

  init(_ text: String) throws {
    guard text.hasSuffix("\n") else { throw Fault(line: "the end") }
    var lines = text.dropLast().split(separator: "\n", omittingEmptySubsequences: false)[...]
    var seen: Set<Substring> = []
    while let help = lines.popFirst() {
      guard let name = help.wholeMatch(of: /# HELP ([a-z][a-z0-9_]*) [^\\]+/)?.1 else {
        throw Fault(line: help)
      }
      guard seen.insert(name).inserted else { throw Fault(line: help) }
      let kind = try readType(of: name, lines.popFirst() ?? "")
      let count = samples.count
      while let line = lines.first, !line.hasPrefix("#") {
        try readSample(of: name, line, isOfHistogram: kind == "histogram")
        lines.removeFirst()
      }
      guard samples.count > count else { throw Fault(line: help) }
    }
  }

  private func readType(of name: Substring, _ line: Substring) throws -> String {
    let kinds = ["counter", "gauge", "histogram"].filter { line == "# TYPE \(name) \($0)" }
    guard let kind = kinds.first, (kind == "counter") == name.hasSuffix("_total") else {
      throw Fault(line: line)
    }
    return kind
  }

  private mutating func readSample(of name: Substring, _ line: Substring, isOfHistogram: Bool) throws {
    let label = #/[a-z][a-z_]*="(?:[^"\\]|\\["\\n])*"/#
    guard let space = line.lastIndex(of: " "), let value = Double(line[line.index(after: space)...]) else {
      throw Fault(line: line)
    }
    let series = line[..<space]
    guard series.hasPrefix(name) else { throw Fault(line: line) }
    var rest = series.dropFirst(name.count)
    if isOfHistogram {
      guard let suffix = ["_bucket", "_sum", "_count"].first(where: rest.hasPrefix) else {
        throw Fault(line: line)
      }
      rest = rest.dropFirst(suffix.count)
    }
    if rest.first == "{" {
      repeat {
        rest.removeFirst()
        guard let match = rest.prefixMatch(of: label) else { throw Fault(line: line) }
        rest = rest[match.range.upperBound...]
      } while rest.first == ","
      guard rest == "}" else { throw Fault(line: line) }
    } else {
      guard rest.isEmpty else { throw Fault(line: line) }
    }
    guard samples.updateValue(value, forKey: String(series)) == nil else { throw Fault(line: line) }
  }
}
