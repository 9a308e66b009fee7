internal import JSON

// Line by line: each is a record by itself, whatever it holds.
extension RecordReader {
  /// Finds out what the lines are; they may be handed on before that is known, as long as they are blank.
  ///
  /// - Throws: `InputError` for a table, whose records are not lines.
  mutating func beginLockstep() throws(InputError) -> Bool {
    switch options.format ?? namedFormat {
    case .jsonl: format = .object
    case .text: format = .text
    case .csv, .tsv: throw table
    case nil: format = try firstLineFormat()
    }
    return true
  }

  /// Of longer lines the beginning tells.
  private static let longestLook = 4096

  /// What the first line that is not blank suggests, or nil as long as it has not been read.
  ///
  /// Whatever begins as JSON does is JSON, so that no line of an array is taken for text.
  private func firstLineFormat() throws(InputError) -> RecordFormat? {
    var rest = framer.unread.drop(while: \.isJSONSpace)
    guard let first = rest.first else { return nil }
    if first == UInt8(ascii: "{") { return .object }
    let isLong = framer.unread.count > min(Self.longestLook, options.maximumLineLength)
    guard let end = rest.firstIndex(of: 0x0A) ?? (isAtEnd || isLong ? rest.endIndex : nil) else { return nil }
    rest = rest[..<end]
    if rest.starts(with: "window.".utf8) { return .object }
    if first == UInt8(ascii: "[") {
      let second = rest.dropFirst().first { !$0.isJSONSpace }
      return second == nil || second == UInt8(ascii: "{") ? .object : .text
    }
    guard !options.describesTable else { throw table }
    switch TableSniffer.verdict(on: rest.span, isAtEnd: true, isPromisedText: false, options: options) {
    case .text, .undecided: return .text
    case .table, .unclear: throw table
    }
  }

  private var table: InputError {
    InputError(name, .refused("this is a table, whose records are not lines", .nameTheFormat))
  }
}
