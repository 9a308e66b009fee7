internal import JSON

/// Divides a stream of JSON into records, whatever shape it has: lines, objects over several lines or one behind the
/// other, the elements of arrays of any length, RFC 7464's sequences, the assignments of Twitter's archives.
///
/// A record is a value that is an object, or any other one in its place. Between records stand white space, commas, RS,
/// byte order marks and the brackets of arrays that hold records; an array of anything else is a value. Where values
/// begin and end is told by their grammar, but for numbers and words, so that what is broken is found at once:
///
/// - A broken line is a record of its own, be it the rest of a line; the next line is a fresh start.
/// - A broken element of an array ends where its brackets close, if that is on its line.
/// - A broken value of several lines ends before the next line that begins like a record and is not indented further
///   than its first one.
///
/// Whoever looks at the record then finds it broken as well. Memory is bounded by the longest record that is allowed;
/// of longer ones the beginning may be forgotten while the end is looked for. The records do not depend on how the
/// bytes come, and a division that begins at the end of a record goes on as if it had read all before it.
struct JSONDivision {
  /// One step through the stream; all places are in the buffer.
  enum Step {
    /// There is no record before `next`.
    case passed(next: Int, lines: Int)
    case record(Extent)
    /// The record, which begins `lead` bytes behind the last step, is too long: what is before `next` may be forgotten.
    case dropped(next: Int, lead: Int)
  }

  /// A record.
  struct Extent {
    /// Its bytes; of one that is too long, those that are left.
    var range: Range<Int>
    /// Where what follows it begins, and how many lines end before that.
    var next: Int
    var lines: Int
    /// How many bytes stood before it, from the last step on.
    var lead = 0
    var isTooLong = false
    /// Whether it may be a page: an object with an array of tweets.
    var isPage = false
    /// What is wrong, if that is not for its reader to find out.
    var flaw: Rejection?
  }

  /// Where between records the division stands.
  var place = JSONPlace()

  let lineEnd: UInt8
  private let maximumLength: Int
  private let maximumPageLength: Int
  var mode = Mode.between
  /// How far has been looked, and where the record begins: in bytes from the last step's end.
  var cursor = 0
  var lead = 0
  var value: ValueScan
  /// Where the value has ended.
  private var valueEnd = 0
  /// How many lines have ended in the record, and where the first of them did.
  var lines = 0
  var firstLineEnd = 0
  /// How far the record's first line is indented.
  var column = 0
  var isTooLong = false
  var recovery = LineRecovery()

  /// How long the record may be, as far as is known of it.
  var limit: Int { value.isPage || value.mayBePage ? maximumPageLength : maximumLength }

  enum Mode { case between, bracket, assignment, value, after, restOfLine, brokenElement, recovering }

  /// What a mode has come to: a step, another mode, or the end of the bytes.
  enum Progress {
    case step(Step)
    case again, more
  }

  /// - Parameters:
  ///   - lineEnd: LF, or CR alone.
  ///   - maximumLength: of a record, in bytes.
  ///   - maximumPageLength: of one that may be a page.
  init(lineEnd: UInt8 = 0x0A, maximumLength: Int, maximumPageLength: Int) {
    self.lineEnd = lineEnd
    self.maximumLength = maximumLength
    self.maximumPageLength = max(maximumLength, maximumPageLength)
    value = ValueScan(lineEnd: lineEnd)
  }

  /// Whether the input may end here.
  var isComplete: Bool { place.arrays == 0 && mode == .between && cursor == 0 }

  /// Goes on at `place`, with the next byte to come.
  mutating func begin(at place: JSONPlace) {
    self.place = place
    self.place.element = 0
    reset()
  }

  /// The next step, or nil when more bytes are needed; at the input's end there are none.
  ///
  /// - Parameter start: where the last step ended.
  mutating func next(in bytes: Span<UInt8>, from start: Int, isAtEnd: Bool) -> Step? {
    while true {
      let progress =
        switch mode {
        case .between: between(bytes, start, isAtEnd)
        case .bracket: bracket(bytes, start, isAtEnd)
        case .assignment: assignment(bytes, start, isAtEnd)
        case .value: scanValue(bytes, start, isAtEnd)
        case .after: after(bytes, start, isAtEnd)
        case .restOfLine: restOfLine(bytes, start, isAtEnd)
        case .brokenElement: brokenElement(bytes, start, isAtEnd)
        case .recovering: recover(bytes, start, isAtEnd)
        }
      switch progress {
      case .step(let step): return step
      case .more: return nil
      case .again: continue
      }
    }
  }

  private mutating func reset() {
    (mode, cursor, lead, lines, isTooLong) = (.between, 0, 0, 0, false)
  }
}

// Between records.
extension JSONDivision {
  private mutating func between(_ bytes: Span<UInt8>, _ start: Int, _ isAtEnd: Bool) -> Progress {
    var position = start + cursor
    while position < bytes.count {
      switch bytes[position] {
      case lineEnd:
        if place.isInsideLine { return pass(to: position + 1, lines: 1, isInsideLine: false) }
        return .step(finish(start..<position, next: position + 1, lines: 1, isInsideLine: false))
      case 0x20, 0x09, 0x0A, 0x0D:
        position += 1
        if position - start > maximumLength { return pass(to: position, isInsideLine: place.isInsideLine) }
      case UInt8(ascii: ","): return pass(to: position + 1, isInsideLine: true)
      case 0x1E: return pass(to: position + 1, isInsideLine: place.isInsideLine)
      case 0xEF:
        let mark = Self.mark(at: position, of: bytes)
        if mark == true { return pass(to: position + 3, isInsideLine: place.isInsideLine) }
        if mark == nil, !isAtEnd { return wait(at: position - start) }
        return begin(0xEF, at: position - start)
      case UInt8(ascii: "["):
        (mode, lead, cursor) = (.bracket, position - start, position - start + 1)
        return .again
      case UInt8(ascii: "]") where place.arrays > 0:
        place.arrays -= 1
        return pass(to: position + 1, isInsideLine: true)
      case UInt8(ascii: ";") where place.arrays == 0 && place.isInsideLine:
        return pass(to: position + 1, isInsideLine: true)
      case UInt8(ascii: "w") where place.arrays == 0:
        (mode, cursor) = (.assignment, position - start)
        return .again
      case let byte: return begin(byte, at: position - start)
      }
    }
    return isAtEnd ? end(at: position, start) : wait(at: position - start)
  }

  /// Ends the input where no record has begun.
  private mutating func end(at position: Int, _ start: Int) -> Progress {
    if position > start, !place.isInsideLine {
      return .step(finish(start..<position, next: position, lines: 1, isInsideLine: true))
    }
    if position > start { return pass(to: position, isInsideLine: true) }
    guard place.arrays > 0 else { return .more }
    place.arrays = 0
    let flaw = Rejection(.badJSON, "the array of tweets does not end; was it copied completely?")
    return .step(finish(start..<start, next: start, lines: 0, isInsideLine: true, flaw: flaw))
  }

  /// Whether a byte order mark stands at `position`; nil when its end has not come yet.
  private static func mark(at position: Int, of bytes: Span<UInt8>) -> Bool? {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    for offset in 0..<3 {
      guard position + offset < bytes.count else { return nil }
      guard bytes[position + offset] == mark[offset] else { return false }
    }
    return true
  }

  /// Behind an opening bracket: does the array hold records?
  private mutating func bracket(_ bytes: Span<UInt8>, _ start: Int, _ isAtEnd: Bool) -> Progress {
    var position = start + cursor
    while position < bytes.count, bytes[position].isJSONSpace, position - start <= maximumLength {
      position += 1
    }
    guard position < bytes.count || isAtEnd else { return wait(at: position - start) }
    let next = position < bytes.count ? bytes[position] : UInt8(ascii: "]")
    switch next {
    case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "]"), 0x20, 0x09, 0x0A, 0x0D:
      guard place.arrays < Int(UInt8.max) else { break }
      place.arrays += 1
      let bracket = start + lead
      return pass(to: bracket + 1, isInsideLine: true)
    default: break
    }
    return begin(UInt8(ascii: "["), at: lead)
  }

  /// `window.YTD.tweets.part0 =`, which stands before the array in the files of Twitter's archives.
  private mutating func assignment(_ bytes: Span<UInt8>, _ start: Int, _ isAtEnd: Bool) -> Progress {
    let name = Array("window.".utf8)
    for offset in 0..<Self.longestAssignment {
      let position = start + cursor + offset
      guard position < bytes.count else {
        if isAtEnd { break }
        return .more
      }
      guard offset >= name.count || bytes[position] == name[offset] else { break }
      if bytes[position] == UInt8(ascii: "=") { return pass(to: position + 1, isInsideLine: true) }
      if bytes[position] == lineEnd { break }
    }
    return begin(UInt8(ascii: "w"), at: cursor)
  }

  private static let longestAssignment = 256

  private mutating func pass(to next: Int, lines: Int = 0, isInsideLine: Bool) -> Progress {
    reset()
    place.isInsideLine = isInsideLine
    return .step(.passed(next: next, lines: lines))
  }

  mutating func wait(at cursor: Int) -> Progress {
    self.cursor = cursor
    return .more
  }

  /// A record begins with `byte`, at `offset`; one that is not inside a line begins with the line.
  private mutating func begin(_ byte: UInt8, at offset: Int) -> Progress {
    column = place.isInsideLine ? 0 : offset
    lead = place.isInsideLine || place.arrays > 0 ? offset : 0
    value = ValueScan(lineEnd: lineEnd)
    (mode, cursor, lines, isTooLong) = (.value, offset, 0, false)
    guard place.arrays == 0, byte != UInt8(ascii: "{"), byte != UInt8(ascii: "[") else { return .again }
    // Where no array is open a word is no value but the beginning of a broken line; if that is indented, it is what is
    // left of a broken value, and so are the indented lines behind it.
    mode = .restOfLine
    if column > 0 { (mode, column, recovery) = (.recovering, 0, LineRecovery()) }
    return .again
  }
}

// Records.
extension JSONDivision {
  private mutating func scanValue(_ bytes: Span<UInt8>, _ start: Int, _ isAtEnd: Bool) -> Progress {
    while true {
      let end = isTooLong ? bytes.count : min(bytes.count, start + lead + limit + 1)
      switch value.scan(bytes, from: start + cursor, to: end, recordAt: isTooLong ? nil : start) {
      case .ended(let position):
        if place.arrays > 0 {
          return .step(finish((start + lead)..<position, next: position, lines: lines, isInsideLine: true))
        }
        (mode, cursor, valueEnd) = (.after, position - start, position - start)
        return .again
      case .lineEnd(let position):
        if lines == 0 { firstLineEnd = position - start }
        if isTooLong { return beginRecovery(at: position - start, bytes, start) }
        lines += 1
        cursor = position + 1 - start
      case .broken(let position):
        cursor = position - start
        return fail(bytes, start)
      case .more(let position):
        cursor = position - start
        // A name may have come that makes it a page, and lifts the limit.
        if !isTooLong, cursor - lead > limit { return overflow(bytes, start) }
        guard position == bytes.count else { continue }
        if isAtEnd { return fail(bytes, start) }
        return isTooLong ? drop(to: position, start) : .more
      }
    }
  }

  /// The value is broken at the cursor, or the input ends in it.
  private mutating func fail(_ bytes: Span<UInt8>, _ start: Int) -> Progress {
    if lines > 0 { return beginRecovery(at: firstLineEnd, bytes, start) }
    mode = place.arrays == 0 ? .restOfLine : .brokenElement
    (value.isInString, valueEnd) = (false, -1)
    return .again
  }

  private mutating func overflow(_ bytes: Span<UInt8>, _ start: Int) -> Progress {
    if lines > 0 { return beginRecovery(at: firstLineEnd, bytes, start) }
    isTooLong = true
    if place.arrays == 0 { mode = .restOfLine }
    return .again
  }

  /// Behind a value that no array holds: what follows on its line decides whether the line is one record.
  private mutating func after(_ bytes: Span<UInt8>, _ start: Int, _ isAtEnd: Bool) -> Progress {
    var position = start + cursor
    let end = start + valueEnd
    while position < bytes.count {
      let byte = bytes[position]
      if byte != lineEnd, byte.isJSONSpace, position - start - lead <= maximumLength {
        position += 1
        continue
      }
      switch byte {
      case lineEnd:
        let range = (start + lead)..<Self.lineEnd(before: position, from: start + lead, of: bytes)
        return .step(finish(range, next: position + 1, lines: lines + 1, isInsideLine: false))
      case UInt8(ascii: ","):
        return .step(finish((start + lead)..<end, next: position + 1, lines: lines, isInsideLine: true))
      case 0xEF where !isAtEnd && Self.mark(at: position, of: bytes) == nil:
        return wait(at: position - start)
      case 0xEF where Self.mark(at: position, of: bytes) != true:
        (mode, cursor) = (.restOfLine, position - start)
        return .again
      case 0x20, 0x09, 0x0A, 0x0D, 0x1E, 0xEF, UInt8(ascii: "{"), UInt8(ascii: "["):
        return .step(finish((start + lead)..<end, next: position, lines: lines, isInsideLine: true))
      default:
        (mode, cursor) = (.restOfLine, position - start)
        return .again
      }
    }
    guard isAtEnd else { return wait(at: position - start) }
    let range = (start + lead)..<Self.lineEnd(before: position, from: start + lead, of: bytes)
    return .step(finish(range, next: position, lines: lines + 1, isInsideLine: true))
  }

  /// Looks for the end of the line, which is the end of a broken record.
  private mutating func restOfLine(_ bytes: Span<UInt8>, _ start: Int, _ isAtEnd: Bool) -> Progress {
    let position = bytes.firstIndex(of: lineEnd, from: start + cursor) ?? bytes.count
    guard position < bytes.count || isAtEnd else { return waitOrDrop(at: position, start) }
    if position == bytes.count { place.arrays = 0 }
    let range = (start + lead)..<Self.lineEnd(before: position, from: start + lead, of: bytes)
    return .step(
      finish(range, next: min(position + 1, bytes.count), lines: lines + 1, isInsideLine: false))
  }

  /// Looks for the end of a broken element on its line: where its brackets close, and the array goes on.
  private mutating func brokenElement(_ bytes: Span<UInt8>, _ start: Int, _ isAtEnd: Bool) -> Progress {
    var position = start + cursor
    while position < bytes.count, bytes[position] != lineEnd {
      let byte = bytes[position]
      if valueEnd >= 0 {
        if byte == UInt8(ascii: ",") || byte == UInt8(ascii: "]") {
          let range = (start + lead)..<(start + valueEnd)
          return .step(finish(range, next: position, lines: 0, isInsideLine: true))
        }
        if !byte.isJSONSpace { break }
      } else if value.closes(with: byte) {
        valueEnd = position + 1 - start
      }
      position += 1
    }
    cursor = position - start
    guard position == bytes.count, !isAtEnd else {
      mode = .restOfLine
      return .again
    }
    return waitOrDrop(at: position, start)
  }

  private mutating func waitOrDrop(at position: Int, _ start: Int) -> Progress {
    cursor = position - start
    // One byte more may be a CR before the line's end.
    isTooLong = isTooLong || cursor - lead > limit + 1
    return isTooLong ? drop(to: position, start) : .more
  }

  /// Forgets what is before `position`, which belongs to a record that is too long.
  mutating func drop(to position: Int, _ start: Int) -> Progress {
    let count = position - start
    guard count > 0 else { return .more }
    defer { lead = 0 }
    cursor -= count
    if valueEnd >= 0 { valueEnd = max(0, valueEnd - count) }
    recovery.lineStart -= count
    return .step(.dropped(next: position, lead: lead))
  }

  /// Where a line's content ends: before its CR, if it has one.
  static func lineEnd(before position: Int, from start: Int, of bytes: Span<UInt8>) -> Int {
    position > start && bytes[position - 1] == 0x0D ? position - 1 : position
  }

  mutating func finish(
    _ range: Range<Int>, next: Int, lines: Int, isInsideLine: Bool, flaw: Rejection? = nil
  ) -> Step {
    var extent = Extent(range: range, next: next, lines: lines, lead: lead)
    let limit = value.isPage && mode != .between ? maximumPageLength : maximumLength
    extent.isTooLong = isTooLong || range.count > limit
    extent.isPage = value.isPage && mode != .between
    extent.flaw = flaw
    place.isInsideLine = isInsideLine
    reset()
    return .record(extent)
  }
}
