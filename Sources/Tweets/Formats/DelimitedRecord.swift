internal import JSON

/// One record of delimited text divided into its fields: RFC 4180, with a comma or a tab between fields.
///
/// A field that begins with `"` goes on to the closing quote, `""` inside it means one; elsewhere quotes are
/// ordinary characters. What stands between a closing quote and the next delimiter is kept.
package struct DelimitedRecord {
  let delimiter: UInt8

  /// Records whose fields have `delimiter` between them.
  package init(delimiter: UInt8) {
    self.delimiter = delimiter
  }

  /// Calls `body` with each field's content in order; an empty record has one empty field.
  package func forEachField(of record: Span<UInt8>, _ body: (Span<UInt8>) -> Void) {
    var scan = QuoteState(delimiter: delimiter)
    var field: [UInt8] = []
    for index in record.indices {
      let byte = record[index]
      let before = scan
      scan.consume(byte)
      switch (before.place, scan.place) {
      case (_, .fieldStart):
        body(field.span)
        field.removeAll(keepingCapacity: true)
      case (.fieldStart, .quoted), (.quoted, .quoteInQuoted): break
      default: field.append(byte)
      }
    }
    body(field.span)
  }
}

/// Where in a record a byte stands: what tells a line end between records from one inside a quoted field.
struct QuoteState {
  enum Place { case fieldStart, unquoted, quoted, quoteInQuoted }

  let delimiter: UInt8
  private(set) var place = Place.fieldStart

  init(delimiter: UInt8) {
    self.delimiter = delimiter
  }

  /// Whether a line end here belongs to a field.
  var isInsideQuotes: Bool { place == .quoted }

  /// Steps over the next byte.
  mutating func consume(_ byte: UInt8) {
    switch place {
    case .fieldStart where byte == UInt8(ascii: "\""): place = .quoted
    case .quoted: place = byte == UInt8(ascii: "\"") ? .quoteInQuoted : .quoted
    case .quoteInQuoted where byte == UInt8(ascii: "\""): place = .quoted
    default: place = byte == delimiter ? .fieldStart : .unquoted
    }
  }

  /// Begins a new record.
  mutating func reset() {
    place = .fieldStart
  }
}
