/// Divides bytes that come piece by piece into records: lines, or CSV records that may span lines.
///
/// A record that is longer than the limit is skipped in bounded memory and reported by its length alone.
struct RecordFramer {
  /// One record: where it is in the buffer, and in the input.
  struct Record {
    /// Its bytes in the buffer, without the line end; empty when it was too long.
    var range: Range<Int>
    var offset: Int
    var length: Int
    /// The number of its first line, from 1.
    var line: Int
    var isTooLong = false
  }

  /// Bytes read and not yet handed on.
  var buffer: [UInt8] = []
  /// How far the records handed on reach.
  private(set) var position = InputPosition()

  private let maximumLength: Int
  private var quotes: QuoteState?
  /// Where in the buffer the next record begins, and how far it has been looked at.
  private var start = 0
  private var scanned = 0
  /// Line ends inside the current record, and bytes of it that were dropped because it is too long.
  private var innerLines = 0
  private var dropped = 0

  /// - Parameter delimiter: what stands between fields when line ends may be quoted; nil for plain lines.
  init(maximumLength: Int, delimiter: UInt8? = nil) {
    self.maximumLength = maximumLength
    quotes = delimiter.map(QuoteState.init)
  }

  /// What has been read and not handed on.
  var unread: ArraySlice<UInt8> { buffer[start...] }

  /// What has not been looked at yet.
  var isDrained: Bool { scanned == buffer.count }

  /// From here on line ends may be quoted.
  mutating func beginRows(delimiter: UInt8) {
    quotes = QuoteState(delimiter: delimiter)
  }

  /// Leaves out the first `count` bytes of the input, a byte order mark.
  mutating func skip(_ count: Int) {
    start += count
    scanned += count
    position.offset += count
  }

  /// The next complete record, or nil when its end has not been read yet.
  mutating func next() -> Record? {
    while scanned < buffer.count {
      let byte = buffer[scanned]
      scanned += 1
      if byte == 0x0A {
        if quotes?.isInsideQuotes == true, dropped == 0 { innerLines += 1 } else { return finish(lineEnd: 1) }
      }
      quotes?.consume(byte)
      if scanned - start > maximumLength { drop() }
    }
    return nil
  }

  /// The last record, when the input ended without a line end.
  mutating func last() -> Record? {
    start < buffer.count || dropped > 0 ? finish(lineEnd: 0) : nil
  }

  /// Leaves out everything up to `target`, which lies at the end of a record, as far as it has been read.
  ///
  /// - Returns: whether `target` is reached.
  mutating func pass(to target: InputPosition) -> Bool {
    let count = min(buffer.count - start, target.offset - position.offset)
    start += max(0, count)
    position.offset += max(0, count)
    scanned = start
    guard position.offset >= target.offset else { return false }
    position.line = target.line
    (innerLines, dropped) = (0, 0)
    quotes?.reset()
    return true
  }

  /// Forgets all that was read: the next byte is the one at `target`.
  mutating func restart(at target: InputPosition) {
    buffer.removeAll(keepingCapacity: true)
    (start, scanned, innerLines, dropped) = (0, 0, 0, 0)
    quotes?.reset()
    position = target
  }

  /// Makes room: forgets what has been handed on. Ranges of earlier records are void after it.
  mutating func discardConsumed() {
    buffer.removeFirst(start)
    scanned -= start
    start = 0
  }

  private mutating func finish(lineEnd: Int) -> Record {
    var end = scanned - lineEnd
    let length = dropped + end - start
    if end > start, buffer[end - 1] == 0x0D { end -= 1 }
    var record = Record(range: start..<end, offset: position.offset, length: length, line: position.line + 1)
    if dropped > 0 {
      record.range = start..<start
      record.isTooLong = true
    } else {
      record.length = end - start
    }
    position.offset += length + lineEnd
    position.line += innerLines + 1
    start = scanned
    innerLines = 0
    dropped = 0
    quotes?.reset()
    return record
  }

  /// Forgets the part of an over-long record that has been read.
  private mutating func drop() {
    dropped += scanned - start
    start = scanned
  }
}
