internal import JSON

/// Reads a field beside the text from a line: a label, an author.
///
/// Fields are members of a JSON object and columns under a header; lines of plain text have none.
package struct FieldFinder: Sendable {
  private let names: [[UInt8]]
  private let columnNames: [String]

  /// - Parameter names: what the field may be called, the likeliest first.
  package init(names: [String]) {
    self.names = names.map { Array($0.utf8) }
    columnNames = names
  }

  /// Appends the field's value, escapes decoded; a number as it is written.
  ///
  /// - Parameter line: a line in which `TweetLocator` has found the text.
  /// - Returns: whether there is a value; `null`, objects and arrays are none.
  package func find(in line: Span<UInt8>, as format: RecordFormat, appendingTo value: inout [UInt8]) -> Bool {
    switch format {
    case .text: false
    case .row(let header): findColumn(in: line, under: header, appendingTo: &value)
    case .object: findMember(in: line, appendingTo: &value)
    }
  }

  /// Appends the field's value as JSON writes it, be it an object or an array; of a column what it holds.
  ///
  /// - Parameter line: a line in which `TweetLocator` has found the text.
  /// - Returns: whether there is a value; `null` is none.
  package func findJSON(
    in line: Span<UInt8>, as format: RecordFormat, appendingTo value: inout [UInt8]
  ) -> Bool {
    guard case .object = format else { return find(in: line, as: format, appendingTo: &value) }
    guard let member = try? bestMember(in: line, nests: true) else { return false }
    value.append(line.extracting(member))
    return true
  }

  private func findColumn(
    in record: Span<UInt8>, under header: DelimitedHeader, appendingTo value: inout [UInt8]
  ) -> Bool {
    guard let wanted = columnNames.lazy.compactMap(header.column(named:)).first else { return false }
    var column = 0
    var found: [UInt8] = []
    header.forEachField(of: record) { field in
      if column == wanted { found.append(field) }
      column += 1
    }
    value.append(contentsOf: found)
    return !found.isEmpty
  }

  private func findMember(in line: Span<UInt8>, appendingTo value: inout [UInt8]) -> Bool {
    guard let member = try? bestMember(in: line) else { return false }
    if line[member.lowerBound] == UInt8(ascii: "\"") {
      _ = JSONString.decode((member.lowerBound + 1)..<(member.upperBound - 1), of: line, appendingTo: &value)
    } else {
      value.append(line.extracting(member))
    }
    return true
  }

  /// Where the value is of the member with the likeliest name; of equal names the last counts.
  ///
  /// - Parameter nests: whether objects and arrays are values too.
  private func bestMember(in line: Span<UInt8>, nests: Bool = false) throws(JSONError) -> Range<Int>? {
    var best: (rank: Int, value: Range<Int>)?
    var scanner = JSONScanner(acceptsNonFinite: true)
    scanner.skipSpace(in: line)
    try scanner.open(in: line)
    while try scanner.advance(in: line) {
      let key = try scanner.key(in: line)
      let start = scanner.position
      let kind = try scanner.skipValue(in: line)
      let isValue =
        switch kind {
        case .string: true
        case .other: line[start] != UInt8(ascii: "n")
        case .object, .array: nests
        }
      guard isValue, let rank = names.firstIndex(where: { JSONString.means($0, key, of: line) }) else {
        continue
      }
      if rank <= best?.rank ?? .max { best = (rank, start..<scanner.position) }
    }
    return best?.value
  }
}
