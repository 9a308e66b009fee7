internal import JSON

/// Finds the ends of a table's records, and those that are broken.
///
/// A record is what RFC 4180 says, if it has as many fields as the header. Where that fails, or a quote has a backslash
/// before it, quotes that are escaped so are tried; where both readings find a record, it is RFC 4180's unless that leaves
/// a stray quote in it or behind it. A record whose quotes are wrong is rejected by itself, as the one line that it begins with:
/// the next line is looked at as if nothing had been. What is found depends on nothing but the bytes from the record's
/// beginning on, so that reading may go on at any record.
struct TableDivision {
  /// Where a record ends, and what is to be said of it.
  struct Extent {
    /// Behind its last byte, and behind its line end.
    var (end, next): (Int, Int)
    var innerLines = 0
    var flaw: Rejection?
    var dialect = TableDialect.standard
  }

  /// What was found.
  enum Found {
    case record(Extent)
    /// A line that is longer than the limit.
    case tooLong
  }

  let syntax: TableSyntax
  private let header: DelimitedHeader
  /// How many fields a record has.
  private let width: Int
  private var scan: RowScan
  /// How far the plain reading came, while the one with backslashes is tried, and the length of its line end if it is a
  /// record.
  private var plain: (scan: RowScan, lineEnd: Int?)?

  init(_ syntax: TableSyntax, under header: DelimitedHeader) {
    (self.syntax, self.header, width) = (syntax, header, header.width)
    scan = RowScan(syntax)
  }

  /// Makes ready for the next record.
  mutating func begin() {
    scan = RowScan(syntax)
    plain = nil
  }

  /// The record that begins at `start`, or nil when more bytes are needed to tell.
  ///
  /// - Parameters:
  ///   - limit: how long a record may be.
  ///   - isAtEnd: whether the input ends with `bytes`.
  mutating func next(in bytes: Span<UInt8>, from start: Int, limit: Int, isAtEnd: Bool) -> Found? {
    let end = min(bytes.count, start + limit + 1)
    let isWhole = isAtEnd || end == start + limit + 1
    let piece = Piece(bytes: bytes, start: start, end: end, isLast: isAtEnd && end == bytes.count)
    while true {
      let stop = scan.runOn(over: bytes, from: start, upTo: end)
      if stop == .broken {
        if retry() { continue }
        return isWhole || piece.hasLineEnd(syntax.lineEnd) ? conclude(piece) : nil
      }
      guard stop == .ended || isWhole else { return nil }
      let lineEnd = stop == .ended ? 1 : 0
      let hasEnded = stop == .ended || (piece.isLast && !scan.isInsideQuotes)
      let found = hasEnded ? extent(endingWith: lineEnd, in: piece) : nil
      if retry(after: found, lineEnd: lineEnd) { continue }
      guard let record = found else { return conclude(piece) }
      guard let staysPlain = isPlain(in: piece, isWhole) else {
        begin()
        return nil
      }
      return staysPlain ? conclude(piece) : .record(record)
    }
  }

  /// Whether the plain reading holds where the one with backslashes has found a record too; false where that is not in
  /// question, nil when more bytes are needed to tell.
  private func isPlain(in piece: borrowing Piece, _ isWhole: Bool) -> Bool? {
    guard scan.escapes, let plain, plain.lineEnd != nil else { return false }
    if case .unclean = look(at: piece, from: piece.start, isWhole) { return false }
    if plain.scan.position == scan.position { return true }
    var position = piece.start + plain.scan.position
    // The records that the other reading makes part of this one must be clean as well, and at least the next.
    repeat {
      switch look(at: piece, from: position, isWhole) {
      case .clean(let end): position = end
      case .unclean: return false
      case .undecided: return nil
      }
    } while position < piece.start + scan.position
    return true
  }

  /// What RFC 4180 reads.
  private enum Look {
    /// A record that fills the header and has no stray quote; where it ends.
    case clean(end: Int)
    case unclean
    /// More bytes are needed to tell.
    case undecided
  }

  /// Looks at the first record from `start` on that is not blank.
  private func look(at piece: borrowing Piece, from start: Int, _ isWhole: Bool) -> Look {
    var start = start
    while start < piece.end, piece.bytes[start] == 0x0A || piece.bytes[start] == 0x0D { start += 1 }
    var row = RowScan(syntax)
    var stop = RowScan.Stop.exhausted
    while start + row.position < piece.end, stop == .exhausted || stop == .lineEndInQuotes {
      if row.isBare, piece.bytes[start + row.position] == UInt8(ascii: "\"") { return .unclean }
      stop = row.run(over: piece.bytes, from: start, upTo: start + row.position + 1)
    }
    let hasEnded = stop == .ended || (piece.isLast && stop != .broken && !row.isInsideQuotes)
    guard hasEnded || isWhole || stop == .broken else { return .undecided }
    let isClean = hasEnded && (row.fields == width || row.filled == 0)
    return isClean ? .clean(end: start + row.position) : .unclean
  }

  /// What has been read of a record, and of what follows it.
  private struct Piece: ~Escapable {
    let bytes: Span<UInt8>
    let start: Int
    /// How far may be looked.
    let end: Int
    /// Whether the input ends there.
    let isLast: Bool

    @_lifetime(copy bytes)
    init(bytes: Span<UInt8>, start: Int, end: Int, isLast: Bool) {
      (self.bytes, self.start, self.end, self.isLast) = (bytes, start, end, isLast)
    }

    func lineEnd(_ byte: UInt8, from offset: Int) -> Int? {
      bytes.firstIndex(of: byte, from: offset).flatMap { $0 < end ? $0 : nil }
    }

    func hasLineEnd(_ byte: UInt8) -> Bool { lineEnd(byte, from: start) != nil }
  }

  /// Turns to the reading with backslashes, where that may help; returns whether to go on with it.
  ///
  /// - Parameters:
  ///   - extent: the record that the plain reading has found, if it is one.
  ///   - lineEnd: the length of its line end.
  private mutating func retry(after extent: Extent? = nil, lineEnd: Int = 0) -> Bool {
    guard plain == nil, scan.hasBackslashQuote else { return false }
    plain = (scan, extent.map { _ in lineEnd })
    scan = RowScan(syntax, escapes: true)
    return true
  }

  /// Whether a record of these fields loses nothing under the header: fields beyond it must be empty.
  private func fits(_ scan: RowScan) -> Bool { scan.fields <= width || scan.filled <= width }

  /// The record that the scan has come to the end of, or nil if it cannot be one.
  private func extent(endingWith lineEnd: Int, in piece: borrowing Piece) -> Extent? {
    let next = piece.start + scan.position
    var extent = Extent(end: next - lineEnd, next: next, innerLines: scan.innerLines)
    if scan.escapes {
      // Where both readings give a record, doubled quotes tell that backslashes mean nothing; see `isPlain` as well.
      guard fits(scan), scan.fields >= width, plain?.lineEnd == nil || !scan.hasDoubledQuote,
        scan.innerLines == 0 || !hidesRows(piece, numbered: true)
      else { return nil }
      extent.dialect = .escaped
      return extent
    }
    if scan.isPadded { extent.dialect = .padded }
    if fits(scan) { return scan.innerLines > 0 && hidesRows(piece, numbered: true) ? nil : extent }
    guard !scan.hasBackslashQuote, scan.innerLines == 0 || !hidesRows(piece, numbered: false) else {
      return nil
    }
    if scan.innerLines == 0, hasOpenEnd(piece) {
      extent.dialect = .openEnded(width: width)
      return extent
    }
    extent.flaw = .fieldCount(scan.fields, under: header)
    return extent
  }

  /// Whether the fields that are too many are the rest of the text, which stands last: semicolons, tabs and bars are
  /// no part of names, dates and numbers before it. Commas are.
  private func hasOpenEnd(_ piece: borrowing Piece) -> Bool {
    guard syntax.isQuoted, syntax.delimiter != UInt8(ascii: ","), header.textColumns.first == width - 1,
      width > 1
    else {
      return false
    }
    let record = piece.bytes.extracting(piece.start..<(piece.start + scan.position))
    let others = RowScan.upTo(field: width, of: record, syntax)
    return !others.isPadded && record[others.position] != UInt8(ascii: "\"")
  }

  /// Goes back to the plain reading where the one with backslashes has found nothing.
  private mutating func conclude(_ piece: borrowing Piece) -> Found {
    if let plain {
      scan = plain.scan
      if let lineEnd = plain.lineEnd, let extent = extent(endingWith: lineEnd, in: piece) {
        return .record(extent)
      }
    }
    return reject(piece)
  }

  /// Rejects the line at the beginning, or what has been read as one record with too many fields.
  private func reject(_ piece: borrowing Piece) -> Found {
    guard let end = piece.lineEnd(syntax.lineEnd, from: piece.start) ?? (piece.isLast ? piece.end : nil)
    else { return .tooLong }
    var extent = Extent(end: end, next: min(end + 1, piece.end))
    if syntax.delimiter == UInt8(ascii: "\t"), isLiteral(piece, upTo: end) {
      // Hardly any text has a tab: with the right number of them, wrong quotes are characters.
      extent.dialect = .literal
    } else if !fits(scan), scan.innerLines == 0, !scan.isInsideQuotes {
      extent.flaw = .fieldCount(scan.fields, under: header)
    } else if scan.innerLines == 0, !scan.isInsideQuotes {
      extent.flaw = Rejection(
        .badRecord,
        "a closing quote in field \(scan.fields) is followed by more text; quotes inside are doubled")
    } else {
      let reach = scan.innerLines < RowScan.mostLines ? "" : " within \(RowScan.mostLines) lines"
      extent.flaw = Rejection(.badRecord, "the quote that begins here does not end" + reach)
    }
    return .record(extent)
  }

  private func isLiteral(_ piece: borrowing Piece, upTo end: Int) -> Bool {
    var line = RowScan(TableSyntax(delimiter: syntax.delimiter, lineEnd: syntax.lineEnd, isQuoted: false))
    _ = line.run(over: piece.bytes, from: piece.start, upTo: end)
    return line.fields == width
  }

  /// Whether each line behind the first could be a record by itself, so that a stray quote has swallowed them.
  ///
  /// - Parameter numbered: whether each must begin with a number as well that follows from the one before it: lines of
  ///   a text may well have as many delimiters as the header.
  private func hidesRows(_ piece: borrowing Piece, numbered: Bool) -> Bool {
    var number = LeadingNumber(piece.bytes, at: piece.start, before: syntax.delimiter)
    var line = piece.start + scan.firstLineEnd + 1
    let end = piece.start + scan.position
    while line < end {
      var row = RowScan(syntax)
      let stop = row.runOn(over: piece.bytes, from: line, upTo: end)
      guard stop == .ended || stop == .exhausted, !row.isInsideQuotes, row.fields == width else {
        return false
      }
      if numbered {
        guard let last = number, let next = LeadingNumber(piece.bytes, at: line, before: syntax.delimiter),
          next.follows(last)
        else { return false }
        number = next
      }
      line += row.position
    }
    return true
  }
}

/// The number that a record begins with: an id.
private struct LeadingNumber {
  private let digits: Int
  private let value: Int

  init?(_ bytes: Span<UInt8>, at start: Int, before delimiter: UInt8) {
    var (digits, value) = (0, 0)
    while start + digits < bytes.count, case let byte = bytes[start + digits], 0x30...0x39 ~= byte {
      value = value &* 10 &+ Int(byte - 0x30)
      digits += 1
    }
    guard digits > 0, start + digits < bytes.count, bytes[start + digits] == delimiter else { return nil }
    (self.digits, self.value) = (digits, value)
  }

  /// Whether a record with this number may stand behind one with `other`: the next one, or both are long.
  func follows(_ other: LeadingNumber) -> Bool {
    value == other.value &+ 1 || (digits >= 6 && abs(digits - other.digits) <= 1)
  }
}

extension Rejection {
  /// A table's record has too many fields, or too few.
  static func fieldCount(_ count: Int, under header: DelimitedHeader) -> Rejection {
    Rejection(
      .badRecord,
      "\(count) \(count == 1 ? "field" : "fields"), the \(header.record == nil ? "first record" : "header") has "
        + "\(header.width)")
  }
}

/// How a record is written.
enum TableDialect: Equatable {
  /// As RFC 4180 says.
  case standard
  /// The same, with spaces around quoted fields.
  case padded
  /// Quotes in quoted fields have a backslash before them.
  case escaped
  /// Quotes are characters.
  case literal
  /// The last field goes on to the end, delimiters and all.
  case openEnded(width: Int)

  /// Appends `record` as RFC 4180 writes it.
  func append(_ record: Span<UInt8>, delimiter: UInt8, to output: inout [UInt8]) {
    if self == .standard { return output.append(record) }
    let quote = UInt8(ascii: "\"")
    if case .openEnded(let width) = self {
      let syntax = TableSyntax(delimiter: delimiter, lineEnd: 0x0A, isQuoted: true)
      let start = RowScan.upTo(field: width, of: record, syntax).position
      output.append(record.extracting(0..<start))
      return Self.append(quoted: record.extracting(start..<record.count), to: &output)
    }
    var position = 0
    while true {
      var first = position
      while first < record.count, RowScan.isSpace(record[first]), record[first] != delimiter {
        first += 1
      }
      let isQuoted = first < record.count && record[first] == quote
      var field: [UInt8] = []
      if isQuoted, self != .literal {
        position = appendQuoted(record, from: first + 1, to: &field)
        while position < record.count, record[position] != delimiter { position += 1 }
      } else {
        while position < record.count, record[position] != delimiter {
          field.append(record[position])
          position += 1
        }
      }
      if isQuoted { Self.append(quoted: field.span, to: &output) } else { output += field }
      guard position < record.count else { return }
      output.append(delimiter)
      position += 1
    }
  }

  private static func append(quoted field: Span<UInt8>, to output: inout [UInt8]) {
    let quote = UInt8(ascii: "\"")
    output.append(quote)
    for index in field.indices {
      if field[index] == quote { output.append(quote) }
      output.append(field[index])
    }
    output.append(quote)
  }

  /// Appends what a quoted field means; returns where its closing quote has passed.
  private func appendQuoted(_ record: Span<UInt8>, from start: Int, to field: inout [UInt8]) -> Int {
    let (quote, backslash) = (UInt8(ascii: "\""), UInt8(ascii: "\\"))
    var position = start
    while position < record.count {
      let byte = record[position]
      let next = position + 1 < record.count ? record[position + 1] : 0
      position += 1
      if byte == quote {
        guard next == quote else { break }
        position += 1
      } else if byte == backslash, self == .escaped, next == quote || next == backslash {
        field.append(next)
        position += 1
        continue
      }
      field.append(byte)
    }
    return position
  }
}
