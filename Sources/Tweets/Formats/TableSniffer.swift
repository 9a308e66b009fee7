internal import JSON

/// Tells a table by its first line, where nothing else says what an input is.
///
/// A line of text that is taken for a header costs an error message; a table whose records are labelled as if they
/// were tweets costs wrong answers that nobody notices. What looks like a table and has no known column is refused.
enum TableSniffer {
  /// What the first line says.
  enum Verdict: Equatable {
    case table
    case text
    /// It has not been read to its end.
    case undecided
    /// It is a table without a header, or with one that does not help; says which.
    case unclear(String)
  }

  /// Headers are not longer.
  private static let longest = 16 << 10
  /// Columns that tweets are kept with, and others that they are kept in.
  static let otherNames = [
    "author", "author_id", "comentario", "contenido", "created_at", "date", "etiqueta", "fecha", "label",
    "lang", "language", "likes", "mensaje", "name", "polaridad", "polarity", "retweets", "screen_name",
    "sentiment", "sentimiento", "source", "target", "texto", "tuit", "user", "user_id", "username", "usuario",
  ]

  /// Looks at the first line of `bytes` that is not blank.
  ///
  /// - Parameter isPromisedText: whether the input's name says that it is text, which only a plain header disproves.
  static func verdict(
    on bytes: Span<UInt8>, isAtEnd: Bool, isPromisedText: Bool, options: ReadingOptions
  ) -> Verdict {
    var start = 0
    while start < bytes.count, bytes[start].isJSONSpace { start += 1 }
    // The first columns may have no name, as pandas writes that of its index.
    while start > 0, bytes[start - 1] == UInt8(ascii: "\t") { start -= 1 }
    let lineEnd = [0x0A, 0x0D].compactMap { bytes.firstIndex(of: $0, from: start) }.min()
    guard let end = lineEnd ?? (isAtEnd ? bytes.count : nil) else {
      return bytes.count - start < longest ? .undecided : .text
    }
    guard end - start <= longest else { return .text }
    var line: [UInt8] = []
    options.encoding.append(bytes.extracting(start..<end), to: &line)
    if line.count <= 7, String(decoding: line, as: UTF8.self).lowercased().contains("sep=") { return .table }
    let delimiters = options.delimiter.map { [$0] } ?? DelimiterName.known.map(\.delimiter)
    let rows = delimiters.compactMap { Row(line, delimiter: $0) }
    if rows.contains(where: { $0.isHeader(of: options.textKeys, atLeast: 1) }) { return .table }
    let otherNames = Self.otherNames + options.idKeys
    if rows.contains(where: { $0.names(options.textKeys, and: otherNames) }) { return .table }
    guard !isPromisedText else { return .text }
    if rows.isEmpty, names(line, oneOf: options.textKeys) {
      return behind(end, of: bytes, isAtEnd: isAtEnd)
    }
    if rows.contains(where: { $0.isHeader(of: Self.otherNames, atLeast: 1) }) { return .table }
    if rows.contains(where: { $0.isHeader(beginningWith: options.idKeys) }) { return .table }
    return rows.lazy.compactMap(\.doubt).first.map(Verdict.unclear) ?? .text
  }

  /// Whether a line is one of `names` and nothing else, be it in quotes: the header of a table of a single column.
  private static func names(_ line: [UInt8], oneOf names: [String]) -> Bool {
    let columns = DelimitedHeader.columns(of: line.span, delimiter: UInt8(ascii: ","), isQuoted: true)
    return !ColumnName.places(of: names, in: columns).isEmpty
  }

  /// What such a line is: a header if another one follows it, else a text of one word.
  private static func behind(_ end: Int, of bytes: Span<UInt8>, isAtEnd: Bool) -> Verdict {
    let rest = bytes.extracting(end..<min(bytes.count, end + longest))
    if !rest.isBlank { return .table }
    return isAtEnd || rest.count == longest ? .text : .undecided
  }

  /// The first line, divided.
  private struct Row {
    let columns: [String]
    private let delimiter: UInt8
    private let isQuoted: Bool
    /// Whether there is nothing around the fields and their quotes, as there is in prose.
    private let isNeat: Bool

    /// - Returns: nil when it is one field, or its quotes do not close.
    init?(_ line: [UInt8], delimiter: UInt8) {
      var scan = RowScan(TableSyntax(delimiter: delimiter, lineEnd: 0x0A, isQuoted: true))
      let stop = scan.run(over: line.span, from: 0, upTo: line.count)
      guard stop == .exhausted, !scan.isInsideQuotes, scan.fields > 1 else { return nil }
      var record: [UInt8] = []
      (scan.isPadded ? TableDialect.padded : .standard).append(line.span, delimiter: delimiter, to: &record)
      columns = DelimitedHeader.columns(of: record.span, delimiter: delimiter, isQuoted: true)
      self.delimiter = delimiter
      isQuoted = scan.quotedFields == scan.fields
      let between = columns.count - 1 + 2 * scan.quotedFields
      isNeat = isQuoted || columns.reduce(between) { $0 + $1.utf8.count } == line.count
    }

    /// Whether these are names of columns, `count` of them among `names`.
    func isHeader(of names: [String], atLeast count: Int) -> Bool {
      let named = columns.filter { !$0.isEmpty }
      return isNeat && named.allSatisfy(ColumnName.isPlausible) && Set(named).count == named.count
        && ColumnName.places(of: names, in: columns).count >= count
    }

    /// Whether one of these is a name of the text and another one a usual name. Hardly any prose has both between
    /// delimiters, so it does not matter what else is there.
    func names(_ texts: [String], and others: [String]) -> Bool {
      let places = ColumnName.places(of: texts, in: columns)
      return !places.isEmpty && Set(places + ColumnName.places(of: others, in: columns)).count > 1
    }

    /// Whether these are names of columns, the first of them one of `names`.
    func isHeader(beginningWith names: [String]) -> Bool {
      isHeader(of: names, atLeast: 1) && !ColumnName.places(of: names, in: [columns[0]]).isEmpty
    }

    /// What makes it a record of a table, if anything does.
    var doubt: String? {
      let begins = columns[0].utf8.allSatisfy { 0x30...0x39 ~= $0 } ? columns[0].utf8.count : 0
      guard isQuoted || (isNeat && begins >= 9) || (delimiter == UInt8(ascii: "\t") && begins > 0) else {
        return nil
      }
      return
        "this looks like a table without a header: \(DelimitedHeader.count(columns.count, separatedBy: delimiter))"
    }
  }
}
