internal import JSON

/// What the beginning of a table says: how it is written, and what its columns are.
struct TableBeginning {
  let syntax: TableSyntax
  let header: DelimitedHeader
  /// What stands before the first tweet: blank lines, Excel's `sep=` line and the header.
  let (length, lines): (Int, Int)
  /// Records that are no tweets where they come again, as in joined files: `sep=` line and header, as they stand.
  let repeated: [[UInt8]]

  /// Looks at the first records of `bytes`, or returns nil when there are not enough yet, or nothing but blank lines.
  ///
  /// - Parameters:
  ///   - bytes: what has been read, from behind a byte order mark.
  ///   - isTabSeparated: whether this is TSV, which has no quotes.
  ///   - isAtEnd: whether the input ends with them.
  /// - Throws: `RejectedLine` when none of the columns holds the text, or the header is broken or missing.
  static func find(
    in bytes: Span<UInt8>, isTabSeparated: Bool, options: ReadingOptions, isAtEnd: Bool
  ) throws(RejectedLine) -> TableBeginning? {
    guard let lineEnd = LineEnd.ofTable(bytes, isQuoted: !isTabSeparated, isAtEnd: isAtEnd),
      let start = try Start(of: bytes, lineEnd: lineEnd, isAtEnd: isAtEnd)
    else {
      guard bytes.count <= options.maximumLineLength else { throw tooLong(options, line: 1) }
      return nil
    }
    let delimiters =
      (options.delimiter ?? start.delimiter).map { [$0] }
      ?? (isTabSeparated ? [UInt8(ascii: "\t")] : DelimiterName.known.map(\.delimiter))
    var candidates: [Candidate] = []
    var failure: (rejection: Rejection, fields: Int)?
    for delimiter in delimiters {
      var scan = RowScan(
        TableSyntax(delimiter: delimiter, lineEnd: lineEnd, isQuoted: !isTabSeparated))
      switch pass(&scan, over: bytes, from: start.position, isAtEnd: isAtEnd) {
      case .ended:
        guard scan.position <= options.maximumLineLength + 1 else {
          throw tooLong(options, line: start.line + 1)
        }
        let record = record(of: scan, in: bytes, from: start.position)
        do throws(Rejection) {
          let header = try header(in: record, scan, options: options)
          candidates.append(Candidate(header, scan, of: record.span, textColumn: options.textColumn))
        } catch {
          // The delimiter that divides most says most about what is there.
          if scan.fields > failure?.fields ?? 0 { failure = (error, scan.fields) }
        }
      case .exhausted where !isAtEnd:
        guard bytes.count - start.position <= options.maximumLineLength else {
          throw tooLong(options, line: start.line + 1)
        }
        return nil
      default: break
      }
    }
    do throws(Rejection) {
      let broken = Rejection(.badRecord, "the quotes of the first record do not close", .describeTheTable)
      guard let best = try Candidate.best(of: candidates) else { throw failure?.rejection ?? broken }
      return TableBeginning(best.header, best.scan, start, in: bytes)
    } catch {
      throw RejectedLine(line: start.line + 1, rejection: error)
    }
  }

  private init(_ header: DelimitedHeader, _ scan: RowScan, _ start: Start, in bytes: Span<UInt8>) {
    (self.header, syntax) = (header, scan.syntax)
    let hasHeader = header.record != nil
    length = start.position + (hasHeader ? scan.position : 0)
    lines = start.line + (hasHeader ? scan.innerLines + 1 : 0)
    let record = Self.record(of: scan, in: bytes, from: start.position)
    repeated = start.records + (hasHeader ? [record] : [])
  }

  /// Steps over the first record, whatever its length.
  private static func pass(
    _ scan: inout RowScan, over bytes: Span<UInt8>, from start: Int, isAtEnd: Bool
  ) -> RowScan.Stop {
    let stop = scan.runOn(over: bytes, from: start, upTo: bytes.count)
    return stop == .exhausted && isAtEnd && !scan.isInsideQuotes ? .ended : stop
  }

  /// The record that was passed, without its line end.
  private static func record(of scan: RowScan, in bytes: Span<UInt8>, from start: Int) -> [UInt8] {
    var record: [UInt8] = []
    record.append(bytes.extracting(start..<(start + scan.position)))
    if record.last == scan.syntax.lineEnd { record.removeLast() }
    if record.last == 0x0D { record.removeLast() }
    return record
  }

  private static func header(
    in record: [UInt8], _ scan: RowScan, options: ReadingOptions
  ) throws(Rejection) -> DelimitedHeader {
    let (delimiter, isQuoted) = (scan.syntax.delimiter, scan.syntax.isQuoted)
    guard options.hasHeader else {
      guard let column = options.textColumn else {
        let count = DelimitedHeader.count(scan.fields, separatedBy: delimiter)
        throw Rejection(
          .noText, "a table without a header: the first record has \(count)", .describeTheTable)
      }
      guard column <= scan.fields else {
        throw DelimitedHeader.noColumn(column, of: scan.fields, delimiter: delimiter)
      }
      return DelimitedHeader(
        width: scan.fields, textColumn: column, delimiter: delimiter, isQuoted: isQuoted)
    }
    var (plain, text) = ([UInt8](), [UInt8]())
    (scan.isPadded ? TableDialect.padded : .standard).append(record.span, delimiter: delimiter, to: &plain)
    options.encoding.append(plain.span, to: &text)
    if let offset = text.span.firstInvalidUTF8 {
      throw Rejection(.invalidUTF8, "the header's byte \(offset) is not UTF-8", .nameTheEncoding)
    }
    return try DelimitedHeader(
      record: text.span, delimiter: delimiter, isQuoted: isQuoted, options: options)
  }

  private static func tooLong(_ options: ReadingOptions, line: Int) -> RejectedLine {
    RejectedLine(
      line: line,
      rejection: Rejection(
        .lineTooLong, "the header is longer than \(options.maximumLineLength) bytes", .allowMore))
  }

  /// A delimiter that gives the first record a column of the text.
  private struct Candidate {
    let header: DelimitedHeader
    let scan: RowScan
    /// Whether the text's column is known by its number alone, which nearly any delimiter has.
    private let isNumbered: Bool
    /// Whether a quote stands within a field without quotes.
    private var hasStrayQuote = false
    /// Whether a field begins with a space, as what follows a comma in a sentence does.
    private var hasSpace = false
    /// Whether there are no letters in the text.
    private var lacksLetters = true

    init(_ header: DelimitedHeader, _ scan: RowScan, of record: Span<UInt8>, textColumn: Int?) {
      (self.header, self.scan, isNumbered) = (header, scan, textColumn != nil)
      guard let textColumn else { return }
      var row = RowScan(scan.syntax)
      while row.position < record.count {
        let position = row.position
        let byte = record[position]
        if byte == UInt8(ascii: "\""), row.isBare, scan.syntax.isQuoted { hasStrayQuote = true }
        if byte == UInt8(ascii: " "), position > 0, record[position - 1] == scan.syntax.delimiter,
          !row.isInsideQuotes
        {
          hasSpace = true
        }
        if row.fields == textColumn, byte >= 0x80 || 0x61...0x7A ~= byte | 0x20 { lacksLetters = false }
        _ = row.run(over: record, from: 0, upTo: position + 1)
        guard row.position > position else { break }
      }
    }

    /// The one with the most columns or, where the text's column is known by its number, the one that plainly divides
    /// the record; nil if there is none.
    ///
    /// - Throws: `Rejection` when several do, each of which would give another text.
    static func best(of candidates: [Candidate]) throws(Rejection) -> Candidate? {
      guard candidates.first?.isNumbered == true else {
        return candidates.reduce(Candidate?.none) { best, next in
          next.header.width > best?.header.width ?? 0 ? next : best
        }
      }
      var rest = candidates
      let faults: [(Candidate) -> Bool] = [{ $0.hasStrayQuote }, { $0.hasSpace }, { $0.lacksLetters }]
      for hasFault in faults {
        let plain = rest.filter { !hasFault($0) }
        if !plain.isEmpty { rest = plain }
      }
      guard rest.count > 1 else { return rest.first }
      let ways = rest.map { DelimitedHeader.count($0.scan.fields, separatedBy: $0.scan.syntax.delimiter) }
      throw Rejection(
        .noText, "the first record has \(ways.joined(separator: ", or "))", .chooseTheDelimiter)
    }
  }

  /// Where the first record is, and what stands before it.
  private struct Start {
    private(set) var (position, line) = (0, 0)
    /// The delimiter that a `sep=` line names.
    private(set) var delimiter: UInt8?
    /// The `sep=` line, if there is one, and its number.
    private(set) var records: [[UInt8]] = []
    private var separatorLine = 0

    /// Skips blank lines and a `sep=` line; nil when nothing has been read behind them.
    ///
    /// - Throws: `RejectedLine` when nothing follows a `sep=` line.
    init?(of bytes: Span<UInt8>, lineEnd: UInt8, isAtEnd: Bool) throws(RejectedLine) {
      while true {
        guard let end = bytes.firstIndex(of: lineEnd, from: position) ?? (isAtEnd ? bytes.count : nil) else {
          return nil
        }
        let line = bytes.extracting(min(position, end)..<end)
        if !line.isBlank {
          guard delimiter == nil, let separator = Self.separator(in: line) else { return }
          delimiter = separator
          records = [line.indices.map { line[$0] }.filter { $0 != 0x0D }]
          separatorLine = self.line + 1
        }
        guard end < bytes.count else {
          guard delimiter != nil else { return nil }
          let missing = Rejection(.noText, "no header follows this line; was the file copied completely?")
          throw RejectedLine(line: separatorLine, rejection: missing)
        }
        position = end + 1
        self.line += 1
      }
    }

    /// The delimiter that Excel's first line names: `sep=;`, quoted or not.
    private static func separator(in line: Span<UInt8>) -> UInt8? {
      var text = line.indices.map { line[$0] }
      while let last = text.last, last == 0x0D || last == UInt8(ascii: "\"") { text.removeLast() }
      if text.first == UInt8(ascii: "\"") { text.removeFirst() }
      guard text.count == 5, String(decoding: text.prefix(4), as: UTF8.self).lowercased() == "sep=" else {
        return nil
      }
      return text[4]
    }
  }
}

/// What ends the lines of an input: LF, also behind a CR, or CR alone as old Macs and their Excel have it.
enum LineEnd {
  /// So much is looked at before CR alone is believed in.
  static let sniffedLength = 64 << 10

  /// What ends the lines of `bytes`, or nil when there are not enough yet.
  ///
  /// CR does if there is no LF in what is looked at.
  static func ofLines(_ bytes: Span<UInt8>, isAtEnd: Bool) -> UInt8? {
    if bytes.firstIndex(of: 0x0A, from: 0) != nil { return 0x0A }
    guard isAtEnd || bytes.count >= sniffedLength else { return nil }
    guard let place = bytes.firstIndex(of: 0x0D, from: 0) else { return 0x0A }
    return isAtEnd || place < bytes.count - 1 ? 0x0D : 0x0A
  }

  /// What ends the records of a table, or nil when there are not enough bytes yet.
  ///
  /// The first record tells, as line ends of the other kind may be inside quotes.
  static func ofTable(_ bytes: Span<UInt8>, isQuoted: Bool, isAtEnd: Bool) -> UInt8? {
    var isInsideQuotes = false
    for index in bytes.indices {
      switch bytes[index] {
      case UInt8(ascii: "\"") where isQuoted: isInsideQuotes.toggle()
      case 0x0A where !isInsideQuotes: return 0x0A
      case 0x0D where !isInsideQuotes:
        guard index + 1 < bytes.count else { return isAtEnd ? 0x0D : nil }
        return bytes[index + 1] == 0x0A ? 0x0A : 0x0D
      default: break
      }
    }
    return isAtEnd ? 0x0A : nil
  }
}

extension Span<UInt8> {
  /// Whether there is nothing but white space.
  var isBlank: Bool {
    for index in indices where !self[index].isJSONSpace { return false }
    return true
  }
}
