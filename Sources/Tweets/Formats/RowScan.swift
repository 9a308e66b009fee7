/// How a table is written, as far as that is the same for all of its records.
struct TableSyntax: Equatable {
  /// What stands between two fields.
  var delimiter: UInt8
  /// What ends a record: LF (with or without a CR before it), or CR alone.
  var lineEnd: UInt8
  /// Whether fields may be quoted; in TSV quotes are characters.
  var isQuoted: Bool
}

/// Walks over one record byte by byte, as far as it has been read: RFC 4180, and what else is met.
///
/// A field that begins with `"` goes on to the closing quote, `""` inside it means one; elsewhere quotes are ordinary
/// characters. Spaces may stand before a field's opening quote and behind its closing one.
struct RowScan {
  /// Why a walk stopped.
  enum Stop {
    /// The record has ended; its line end is behind us.
    case ended
    /// Something follows a closing quote that neither ends the field nor the record, or it is too many lines.
    case broken
    /// The record's first line has ended inside a quoted field; only said once.
    case lineEndInQuotes
    /// There are no more bytes.
    case exhausted
  }

  /// What the bytes before the next one are.
  private enum Place {
    case fieldStart, spaces, bare, quoted, escaped, quoteInQuoted, behindQuotes, broken
  }

  /// A record of more lines is broken. Without a limit, where many lines in a row leave a quote open, each would
  /// be looked at again for every line before it.
  static let mostLines = 1000

  let syntax: TableSyntax
  /// Whether a backslash in a quoted field takes the next character for what it is.
  let escapes: Bool
  /// How many bytes of the record are behind us.
  private(set) var position = 0
  /// How many fields have begun, and which of them was the last with anything in it, from 1.
  private(set) var (fields, filled) = (1, 0)
  /// How many of the fields are quoted.
  private(set) var quotedFields = 0
  /// Line ends inside quoted fields, and how far the first of them is from the record's beginning.
  private(set) var (innerLines, firstLineEnd) = (0, 0)
  /// Whether there are spaces outside of quotes that belong to no field.
  private(set) var isPadded = false
  /// Whether a quote inside quotes has a backslash before it.
  private(set) var hasBackslashQuote = false
  /// Whether a quote is doubled inside quotes.
  private(set) var hasDoubledQuote = false
  private var place = Place.fieldStart

  init(_ syntax: TableSyntax, escapes: Bool = false) {
    (self.syntax, self.escapes) = (syntax, escapes)
  }

  /// A walk over `record` that has come to the beginning of the field with this number, from 1.
  static func upTo(field number: Int, of record: Span<UInt8>, _ syntax: TableSyntax) -> RowScan {
    var scan = RowScan(syntax)
    while scan.fields < number, scan.position < record.count {
      _ = scan.run(over: record, from: 0, upTo: scan.position + 1)
    }
    return scan
  }

  /// Whether the bytes so far end in a field without quotes, in which a quote is stray.
  var isBare: Bool { place == .bare }
  /// Whether the bytes so far end inside quotes.
  var isInsideQuotes: Bool { place == .quoted || place == .escaped }

  /// Walks on over `bytes`, of which the record begins at `start`, up to `end`.
  mutating func run(over bytes: Span<UInt8>, from start: Int, upTo end: Int) -> Stop {
    while start + position < end {
      switch place {
      case .broken: return .broken
      case .bare: passBare(bytes, from: start, upTo: end)
      case .quoted: passQuoted(bytes, from: start, upTo: end)
      default: break
      }
      guard start + position < end else { break }
      if let stop = take(bytes[start + position], after: position > 0 ? bytes[start + position - 1] : 0) {
        return stop
      }
    }
    return place == .broken ? .broken : .exhausted
  }

  /// Walks on to the record's end, over line ends inside quotes.
  mutating func runOn(over bytes: Span<UInt8>, from start: Int, upTo end: Int) -> Stop {
    var stop = Stop.lineEndInQuotes
    while stop == .lineEndInQuotes { stop = run(over: bytes, from: start, upTo: end) }
    return stop
  }

  /// Skips what is nothing but content.
  private mutating func passBare(_ bytes: Span<UInt8>, from start: Int, upTo end: Int) {
    while start + position < end {
      let byte = bytes[start + position]
      if byte == syntax.delimiter || byte == syntax.lineEnd { return }
      position += 1
    }
  }

  private mutating func passQuoted(_ bytes: Span<UInt8>, from start: Int, upTo end: Int) {
    while start + position < end {
      let byte = bytes[start + position]
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == syntax.lineEnd { return }
      filled = fields
      position += 1
    }
  }

  private mutating func take(_ byte: UInt8, after previous: UInt8) -> Stop? {
    switch place {
    case .quoted: return takeQuoted(byte, after: previous)
    case .escaped:
      place = .quoted
      position += 1
      return byte == syntax.lineEnd ? passLineEnd() : nil
    case .quoteInQuoted where byte == UInt8(ascii: "\""):
      hasDoubledQuote = true
      filled = fields
      place = .quoted
      position += 1
      return nil
    default: break
    }
    if byte == syntax.delimiter {
      if place == .behindQuotes { isPadded = true }
      fields += 1
      place = .fieldStart
    } else if byte == syntax.lineEnd {
      position += 1
      return .ended
    } else {
      guard takeOutside(byte) else { return .broken }
    }
    position += 1
    return nil
  }

  private mutating func takeQuoted(_ byte: UInt8, after previous: UInt8) -> Stop? {
    position += 1
    if byte != UInt8(ascii: "\"") { filled = fields }
    switch byte {
    case UInt8(ascii: "\""):
      if previous == UInt8(ascii: "\\") { hasBackslashQuote = true }
      place = .quoteInQuoted
    case UInt8(ascii: "\\") where escapes: place = .escaped
    case syntax.lineEnd: return passLineEnd()
    default: break
    }
    return nil
  }

  /// Whether a byte may stand around quoted fields: a space, or a CR that ends no line.
  static func isSpace(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\r") }

  /// Steps onto a byte that ends nothing; returns false where it cannot be.
  private mutating func takeOutside(_ byte: UInt8) -> Bool {
    let isSpace = Self.isSpace(byte)
    switch place {
    case .fieldStart where isSpace, .spaces where isSpace: place = .spaces
    case .fieldStart, .spaces:
      if byte == UInt8(ascii: "\""), syntax.isQuoted {
        if place == .spaces { isPadded = true }
        quotedFields += 1
        place = .quoted
      } else {
        filled = fields
        place = .bare
      }
    case .quoteInQuoted where isSpace, .behindQuotes where isSpace:
      if byte == UInt8(ascii: " ") { isPadded = true }
      place = .behindQuotes
    case .quoteInQuoted, .behindQuotes:
      place = .broken
      return false
    default: break
    }
    return true
  }

  private mutating func passLineEnd() -> Stop? {
    innerLines += 1
    guard innerLines < Self.mostLines else {
      place = .broken
      return .broken
    }
    guard innerLines == 1 else { return nil }
    firstLineEnd = position - 1
    return .lineEndInQuotes
  }
}
