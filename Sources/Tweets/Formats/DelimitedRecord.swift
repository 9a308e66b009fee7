internal import JSON

/// One record of delimited text divided into its fields, as RFC 4180 writes it.
///
/// A field that begins with `"` goes on to the closing quote, `""` inside it means one; elsewhere quotes are
/// ordinary characters. What stands between a closing quote and the next delimiter is kept.
package struct DelimitedRecord {
  let delimiter: UInt8
  /// Whether fields may be quoted; in TSV quotes are characters.
  let isQuoted: Bool

  /// Records whose fields have `delimiter` between them.
  package init(delimiter: UInt8, isQuoted: Bool = true) {
    (self.delimiter, self.isQuoted) = (delimiter, isQuoted)
  }

  /// Calls `body` with each field's content in order; an empty record has one empty field.
  package func forEachField(of record: Span<UInt8>, _ body: (Span<UInt8>) -> Void) {
    var position = 0
    while true {
      if isQuoted, position < record.count, record[position] == UInt8(ascii: "\"") {
        let field = quotedField(of: record, at: &position)
        body(field.span)
      } else {
        let end = record.firstIndex(of: delimiter, from: position) ?? record.count
        body(record.extracting(position..<end))
        position = end
      }
      guard position < record.count else { return }
      position += 1
    }
  }

  /// The content of the field whose opening quote is at `position`, which is moved to the field's end.
  private func quotedField(of record: Span<UInt8>, at position: inout Int) -> [UInt8] {
    let quote = UInt8(ascii: "\"")
    var field: [UInt8] = []
    position += 1
    while position < record.count {
      let end = record.firstIndex(of: quote, from: position) ?? record.count
      field.append(record.extracting(position..<end))
      position = end + 1
      guard position < record.count, record[position] == quote else { break }
      field.append(quote)
      position += 1
    }
    position = min(position, record.count)
    let end = record.firstIndex(of: delimiter, from: position) ?? record.count
    field.append(record.extracting(position..<end))
    position = end
    return field
  }
}
