internal import JSON

// The beginning of an input.
extension RecordReader {
  /// So many blank bytes at its beginning make an input text.
  private static let sniffedLength = 64 << 10

  /// Finds out what the input is; returns whether that is known.
  mutating func begin() throws(InputError) -> Bool {
    if format != nil { return true }
    guard try passMark() else { return false }
    if options.isLockstep { return try beginLockstep() }
    switch try kind() {
    case .jsonl?: return beginLines(as: .object)
    case .text?: return beginLines(as: .text)
    case .csv?: return try beginTable(isTabSeparated: false)
    case .tsv?: return try beginTable(isTabSeparated: true)
    case nil: return false
    }
  }

  /// Checks the first bytes, and skips UTF-8's byte order mark; returns whether enough is there to tell.
  private mutating func passMark() throws(InputError) -> Bool {
    guard !isPastMark else { return true }
    let start = framer.buffer.prefix(ContentSniffer.length)
    guard start.count == ContentSniffer.length || start.contains(0x0A) || isAtEnd else { return false }
    if !options.isLockstep, let why = ContentSniffer.refusal(for: framer.buffer.span) {
      throw InputError(name, .refused(why))
    }
    if start.starts(with: [0xEF, 0xBB, 0xBF]) { framer.skip(3) }
    isPastMark = true
    return true
  }

  /// What the input is: as the user says, its name, or its first line; nil when that has not been read yet.
  private func kind() throws(InputError) -> InputFormat? {
    if let format = options.format { return format }
    let named = InputFormat(fileName: stream.memberName ?? name)
    if let named, named != .text { return named }
    guard let first = framer.unread.first(where: { !$0.isJSONSpace }) else {
      return isAtEnd || framer.unread.count >= Self.sniffedLength ? .text : nil
    }
    if named == nil, first == UInt8(ascii: "{") { return .jsonl }
    switch TableSniffer.verdict(
      on: framer.unread.span, isAtEnd: isAtEnd, isPromisedText: named == .text, options: options)
    {
    case .table: return .csv
    case .text: return .text
    case .undecided: return nil
    case .unclear(let why): throw InputError(name, .refused(why, .nameTheTable))
    }
  }

  private mutating func beginLines(as format: RecordFormat) -> Bool {
    guard let end = LineEnd.ofLines(framer.unread.span, isAtEnd: isAtEnd) else { return false }
    framer.divide(into: .lines(end: end))
    self.format = format
    return true
  }

  /// Takes the header from the first record that is not blank; returns whether it is there yet.
  private mutating func beginTable(isTabSeparated: Bool) throws(InputError) -> Bool {
    do throws(RejectedLine) {
      guard
        let beginning = try TableBeginning.find(
          in: framer.unread.span, isTabSeparated: isTabSeparated, options: options, isAtEnd: isAtEnd)
      else { return isAtEnd ? beginLines(as: .text) : false }
      framer.skip(beginning.length, lines: beginning.lines)
      framer.divide(into: .table(TableDivision(beginning.syntax, under: beginning.header)))
      (repeated, format) = (beginning.repeated, .row(beginning.header))
      return true
    } catch {
      throw InputError(name, .refused("line \(error.line): \(error.rejection.fact)", error.rejection.remedy))
    }
  }
}
