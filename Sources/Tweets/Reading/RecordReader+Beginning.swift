internal import JSON

// The beginning of an input.
extension RecordReader {
  /// The number of blank bytes at its beginning that make an input text.
  private static let sniffedLength = 64 << 10

  /// Finds out what the input is; returns whether that is known.
  mutating func begin() throws(InputError) -> Bool {
    if format != nil { return true }
    guard try passMark() else { return false }
    if options.isLockstep { return try beginLockstep() }
    switch try kind() {
    case .jsonl?: return beginLines(as: .object)
    case .text?:
      if options.format == nil { try refuseOtherShapes() }
      return beginLines(as: .text)
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
    let hasMark = start.starts(with: [0xEF, 0xBB, 0xBF])
    if hasMark { framer.skip(3) }
    if hasMark { fallback = options.encoding }
    if hasMark || stream.isTranscoded { options.encoding = .utf8 }
    isPastMark = true
    return true
  }

  /// What the input is: as the user says, its name, or its first line; nil when that has not been read yet.
  private func kind() throws(InputError) -> InputFormat? {
    if let format = options.format { return format }
    let named = namedFormat
    if named == .jsonl { return try checkedJSON() }
    if let named, named != .text { return named }
    switch Shape(of: framer.unread.span) {
    case .blank?: return isAtEnd || framer.unread.count >= Self.sniffedLength ? .text : nil
    case .objects?: return .jsonl
    case .brace? where named == nil: return .jsonl
    case nil where !isAtEnd && framer.unread.count < Self.sniffedLength: return nil
    default: break
    }
    if named == nil, options.describesTable { return .csv }
    switch TableSniffer.verdict(
      on: framer.unread.span, isAtEnd: isAtEnd, isPromisedText: named == .text, options: options)
    {
    case .table: return .csv
    case .text: return .text
    case .undecided: return nil
    case .unclear(let why): throw InputError(name, .refused(why, .nameTheTable))
    }
  }

  /// The format that the name of the file in an archive promises; where that says nothing, the input's own.
  var namedFormat: InputFormat? {
    stream.memberName.flatMap { InputFormat(fileName: $0) } ?? InputFormat(fileName: name)
  }

  /// JSON, as the input's name promises.
  ///
  /// - Throws: `InputError` when it is a web page or the like.
  private func checkedJSON() throws(InputError) -> InputFormat? {
    guard case .markup? = Shape(of: framer.unread.span) else { return .jsonl }
    throw InputError(name, .refused("this begins with '<', as XML and HTML do; it is not JSON"))
  }

  /// - Throws: `InputError` when the input is no plain text by its first bytes, although nothing says what it is.
  private func refuseOtherShapes() throws(InputError) {
    let isNamed = namedFormat == .text
    let why: String
    switch Shape(of: framer.unread.span) {
    case .bracket? where !isNamed: why = "this begins with '[', but is not a JSON array of objects"
    case .markup? where !isNamed: why = "this begins with '<', as XML and HTML do"
    default:
      let start = framer.unread.prefix(ContentSniffer.length)
      guard !isNamed, start.contains(0) else { return }
      why = "this holds NUL bytes, which plain text does not"
    }
    throw InputError(name, .refused(why, .readAsText))
  }

  private mutating func beginLines(as format: RecordFormat) -> Bool {
    guard let end = LineEnd.ofLines(framer.unread.span, isAtEnd: isAtEnd) else { return false }
    switch format {
    case .object: framer.divide(into: .json(JSONDivision(lineEnd: end, options: options)))
    case .text, .row: framer.divide(into: .lines(end: end))
    }
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

/// What an input looks like by its first bytes that are not white space.
private enum Shape {
  /// There are none yet.
  case blank
  /// JSON objects: `{"`, an array of them, RFC 7464's mark, or the assignment of a Twitter archive.
  case objects
  /// Something else that begins with a brace, a bracket, a tag.
  case brace, bracket, markup
  /// Plain text, or a table.
  case other

  /// Nil when more bytes are needed to tell.
  init?(of bytes: Span<UInt8>) {
    var position = 0
    var first = Self.next(in: bytes, from: &position)
    let hasMark = first == 0x1E
    if hasMark { first = Self.next(in: bytes, from: &position) }
    switch first {
    case nil: self = .blank
    case UInt8(ascii: "{"):
      guard let second = Self.next(in: bytes, from: &position) else { return nil }
      self = hasMark || second == UInt8(ascii: "\"") ? .objects : .brace
    case UInt8(ascii: "["):
      while true {
        guard let next = Self.next(in: bytes, from: &position) else { return nil }
        if next == UInt8(ascii: "[") { continue }
        self = next == UInt8(ascii: "{") || next == UInt8(ascii: "]") ? .objects : .bracket
        return
      }
    case UInt8(ascii: "<"): self = .markup
    case UInt8(ascii: "w"):
      let name = Array("window.".utf8)
      let start = bytes.extracting((position - 1)..<min(bytes.count, position - 1 + name.count))
      if start.count < name.count, start.elementsEqual(Array(name.prefix(start.count))) { return nil }
      self = start.elementsEqual(name) ? .objects : .other
    default: self = .other
    }
  }

  /// The next byte that is not white space; `position` is behind it then.
  private static func next(in bytes: Span<UInt8>, from position: inout Int) -> UInt8? {
    while position < bytes.count {
      position += 1
      if !bytes[position - 1].isJSONSpace { return bytes[position - 1] }
    }
    return nil
  }
}

extension JSONDivision {
  /// Pages may be longer than lines: an answer of Twitter's interfaces holds up to 500 tweets with all they refer to.
  static func pageLength(_ options: ReadingOptions) -> Int { max(64 << 20, options.maximumLineLength) }

  init(lineEnd: UInt8, options: ReadingOptions) {
    self.init(
      lineEnd: lineEnd, maximumLength: options.maximumLineLength,
      maximumPageLength: Self.pageLength(options))
  }
}
