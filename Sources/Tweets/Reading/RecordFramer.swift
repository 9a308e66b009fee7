internal import Glibc

/// Divides bytes that come piece by piece into records: lines, or a table's records or JSON's values, which may span
/// lines.
///
/// A record that is longer than the limit is skipped in bounded memory and reported by its length alone.
struct RecordFramer {
  /// What a record of an input is.
  enum Division {
    /// A line that ends with this byte: LF, or CR alone.
    case lines(end: UInt8)
    /// A record of delimited text.
    case table(TableDivision)
    /// A value of JSON.
    case json(JSONDivision)
  }

  /// One record: where it is in the buffer, and in the input.
  struct Record {
    /// Its bytes in the buffer, without the line end; empty when it was too long.
    var range: Range<Int>
    var offset: Int
    var length: Int
    /// The number of its first line, from 1.
    var line: Int
    var isTooLong = false
    /// What is wrong with it.
    var flaw: Rejection?
    /// Whether it may be a page of tweets.
    var isPage = false
    /// Where to begin to come upon it again.
    var start = InputPosition()
    /// How a table's record is written.
    var dialect = TableDialect.standard
  }

  /// Bytes read and not yet handed on.
  var buffer: [UInt8] = []
  /// How far the records handed on reach.
  private(set) var position = InputPosition()

  private let maximumLength: Int
  private var division = Division.lines(end: 0x0A)
  /// Where in the buffer the next record begins, and how far lines have been looked at.
  private var start = 0
  private var scanned = 0
  /// Bytes of the current record that were dropped because it is too long, and how many stood before it.
  private var dropped = 0
  private var droppedLead = 0

  init(maximumLength: Int) {
    self.maximumLength = maximumLength
  }

  /// What has been read and not handed on.
  var unread: ArraySlice<UInt8> { buffer[start...] }

  /// Whether all that has been read has been handed on.
  var isDrained: Bool {
    guard start == buffer.count, dropped == 0 else { return false }
    if case .json(let json) = division { return json.isComplete }
    return true
  }

  /// From here on records are these.
  mutating func divide(into division: Division) {
    self.division = division
    scanned = start
  }

  /// Leaves out the next bytes: a byte order mark, a header.
  mutating func skip(_ count: Int, lines: Int = 0) {
    start += count
    scanned = start
    position.offset += count
    position.line += lines
  }

  /// The next complete record, or nil when its end has not been read yet.
  mutating func next() -> Record? {
    switch division {
    case .lines(let end): nextLine(endingWith: end)
    case .table(let table): nextRow(of: table, isAtEnd: false)
    case .json(let json): nextValue(of: json, isAtEnd: false)
    }
  }

  /// The next record when the input has ended, which may lack its line end.
  mutating func last() -> Record? {
    if case .json(let json) = division { return nextValue(of: json, isAtEnd: true) }
    guard start < buffer.count || dropped > 0 else { return nil }
    if case .table(let table) = division, dropped == 0 { return nextRow(of: table, isAtEnd: true) }
    return finish(end: buffer.count, next: buffer.count)
  }

  /// Leaves out everything up to `target`, which lies at the end of a record, as far as it has been read.
  ///
  /// - Returns: whether `target` is reached.
  mutating func pass(to target: InputPosition) -> Bool {
    let count = min(buffer.count - start, target.offset - position.offset)
    start += max(0, count)
    position.offset += max(0, count)
    forgetProgress()
    guard position.offset >= target.offset else { return false }
    position = target
    forgetProgress()
    return true
  }

  /// Forgets all that was read: the next byte is the one at `target`.
  mutating func restart(at target: InputPosition) {
    buffer.removeAll(keepingCapacity: true)
    start = 0
    position = target
    forgetProgress()
  }

  /// Makes room: forgets what has been handed on. Ranges of earlier records are void after it.
  mutating func discardConsumed() {
    buffer.removeFirst(start)
    scanned -= start
    start = 0
  }

  private mutating func forgetProgress() {
    (scanned, dropped) = (start, 0)
    switch division {
    case .lines: break
    case .table(var table):
      table.begin()
      division = .table(table)
    case .json(var json):
      json.begin(at: position.place)
      division = .json(json)
    }
  }

  private mutating func nextLine(endingWith lineEnd: UInt8) -> Record? {
    guard let end = buffer.firstIndex(of: lineEnd, from: scanned) else {
      scanned = buffer.count
      if scanned - start > maximumLength { drop() }
      return nil
    }
    return finish(end: end, next: end + 1)
  }

  private mutating func nextRow(of table: TableDivision, isAtEnd: Bool) -> Record? {
    guard dropped == 0 else { return nextLine(endingWith: table.syntax.lineEnd) }
    var table = table
    let found = table.next(in: buffer.span, from: start, limit: maximumLength, isAtEnd: isAtEnd)
    if found != nil { table.begin() }
    division = .table(table)
    switch found {
    case .record(let extent):
      var record = finish(end: extent.end, next: extent.next, innerLines: extent.innerLines)
      (record.flaw, record.dialect) = (extent.flaw, extent.dialect)
      return record
    case .tooLong:
      scanned = start + maximumLength + 1
      drop()
      return nextLine(endingWith: table.syntax.lineEnd) ?? (isAtEnd ? last() : nil)
    case nil: return nil
    }
  }

  private mutating func nextValue(of json: JSONDivision, isAtEnd: Bool) -> Record? {
    var json = json
    defer { division = .json(json) }
    while let step = json.next(in: buffer.span, from: start, isAtEnd: isAtEnd) {
      switch step {
      case .passed(let next, let lines): advance(to: next, lines: lines, json.place)
      case .dropped(let next, let lead):
        if dropped == 0 { droppedLead = lead }
        dropped += next - start
        start = next
      case .record(let extent): return finish(extent, json.place)
      }
    }
    return nil
  }

  private mutating func finish(_ extent: JSONDivision.Extent, _ place: JSONPlace) -> Record {
    let lead = dropped > 0 ? droppedLead : extent.lead
    var record = Record(
      range: extent.range, offset: position.offset + lead, length: extent.range.count,
      line: position.line + 1)
    if extent.isTooLong {
      record.length = dropped + extent.range.upperBound - start - lead
      record.range = start..<start
    }
    (record.isTooLong, record.flaw) = (extent.isTooLong, extent.flaw)
    (record.isPage, record.start) = (extent.isPage, position)
    advance(to: extent.next, lines: extent.lines, place)
    return record
  }

  private mutating func advance(to next: Int, lines: Int, _ place: JSONPlace) {
    position.offset += dropped + next - start
    position.line += lines
    position.place = place
    (start, scanned, dropped) = (next, next, 0)
  }

  private mutating func finish(end: Int, next: Int, innerLines: Int = 0) -> Record {
    let length = dropped + end - start
    var record = Record(range: start..<end, offset: position.offset, length: length, line: position.line + 1)
    if dropped > 0 || length > maximumLength {
      record.range = start..<start
      record.isTooLong = true
    } else if end > start, buffer[end - 1] == 0x0D {
      record.range = start..<(end - 1)
      record.length = length - 1
    }
    position.offset += dropped + next - start
    position.line += innerLines + 1
    (start, scanned, dropped) = (next, next, 0)
    return record
  }

  /// Forgets the part of an over-long record that has been read.
  private mutating func drop() {
    dropped += scanned - start
    start = scanned
  }
}

extension [UInt8] {
  /// Where `byte` comes first, from `start` on.
  func firstIndex(of byte: UInt8, from start: Int) -> Int? { span.firstIndex(of: byte, from: start) }
}

extension Span<UInt8> {
  /// Where `byte` comes first, from `start` on.
  func firstIndex(of byte: UInt8, from start: Int) -> Int? {
    guard start < count else { return nil }
    return unsafe withUnsafeBufferPointer { bytes in
      // Sound: memchr looks at no byte outside the span, and what it finds is in it.
      guard let base = bytes.baseAddress,
        let found = unsafe memchr(base + start, Int32(byte), bytes.count - start)
      else { return nil }
      return unsafe UnsafeRawPointer(found) - UnsafeRawPointer(base)
    }
  }
}
