internal import JSON

/// The columns of a table: their names, and which of them hold what matters.
package struct DelimitedHeader: Sendable {
  /// What stands between two fields.
  package let delimiter: UInt8
  /// Whether fields may be quoted.
  package let isQuoted: Bool
  /// The header's own record, in UTF-8; nil where the table has none.
  package let record: [UInt8]?
  /// The columns' names, each as a JSON string with its quotes; none comes twice, and none is `sentiment`.
  let names: [[UInt8]]
  /// The same without their order: a header may have a million columns.
  private let knownNames: Set<[UInt8]>
  /// The names as the header has them, and without differences of case and the like; empty where it has none.
  private let (columns, folded): ([String], [String])
  /// How the names begin; nil where one has neither letters nor digits of ASCII.
  private let firstLetters: Set<UInt8?>
  /// What tells the header of another table; nil where this one has none.
  private let known: HeaderNames?
  /// The column that our own member takes the place of, if there is one.
  package let supersededColumn: Int?
  /// The columns that may hold the tweet's text, the likeliest first.
  let textColumns: [Int]
  /// Those of them whose texts may be HTML, as under the same names in JSON.
  let htmlColumns: [Int]
  /// The column of the tweet's id, if there is one.
  package let idColumn: Int?
  /// The columns that may say when the tweet was written, the likeliest first.
  let timeColumns: [Int]

  /// Reads the header from an input's first record.
  ///
  /// - Throws: `Rejection` when none of the columns holds the text.
  init(
    record: Span<UInt8>, delimiter: UInt8, isQuoted: Bool = true, options: ReadingOptions = .init()
  ) throws(Rejection) {
    let columns = Self.columns(of: record, delimiter: delimiter, isQuoted: isQuoted)
    textColumns =
      if let column = options.textColumn {
        column <= columns.count ? [column - 1] : []
      } else {
        ColumnName.places(of: options.textKeys, in: columns)
      }
    guard !textColumns.isEmpty else {
      throw Self.noText(in: columns, delimiter: delimiter, options: options)
    }
    htmlColumns = textColumns.filter { TweetNames.mayBeHTML(columns[$0]) }
    (self.delimiter, self.isQuoted) = (delimiter, isQuoted)
    self.record = record.indices.map { record[$0] }
    names = Self.distinct(columns.map(Self.quoted))
    knownNames = Set(names)
    (self.columns, folded) = (columns, columns.map(ColumnName.folded))
    firstLetters = Set(columns.map { Self.firstLetter(of: Array($0.utf8).span) })
    known = HeaderNames(columns: columns, textColumns: textColumns, options: options)
    supersededColumn = columns.firstIndex(of: "sentiment").flatMap { [textColumns] in
      textColumns.contains($0) ? nil : $0
    }
    idColumn = ColumnName.places(of: options.idKeys, in: columns).first
    timeColumns = ColumnName.places(of: options.timeKeys ?? [], in: columns)
  }

  /// The columns of a table without a header.
  ///
  /// - Parameters:
  ///   - width: how many columns it has.
  ///   - textColumn: which of them holds the text, from 1.
  init(width: Int, textColumn: Int, delimiter: UInt8, isQuoted: Bool) {
    (self.delimiter, self.isQuoted) = (delimiter, isQuoted)
    record = nil
    names = (0..<width).map { Self.placeName(of: $0, butNot: []) }
    knownNames = Set(names)
    (columns, folded, firstLetters, known) = ([], [], [], nil)
    supersededColumn = nil
    (textColumns, htmlColumns) = ([textColumn - 1], [])
    idColumn = nil
    timeColumns = []
  }

  /// How many columns there are.
  package var width: Int { names.count }

  /// Where the column called `name` stands, from 0; nil if there is none. Case and spaces do not matter.
  func column(named name: String) -> Int? {
    columns.firstIndex(of: name) ?? folded.firstIndex(of: ColumnName.folded(name))
  }

  /// How a record compares with a header.
  enum Likeness {
    case different
    /// It has the same names.
    case same
    /// It has the same names in another order.
    case reordered
    /// It is a header too, that of another table.
    case other
  }

  /// Whether `record` is this header once more, in whatever case and with whatever quotes, or one of the same
  /// columns in another order, or plainly one of other columns.
  func likeness(of record: Span<UInt8>) -> Likeness {
    guard width > 1, let known, mayBeHeader(record) else { return .different }
    var plain: [UInt8] = []
    (isQuoted ? TableDialect.padded : .standard).append(record, delimiter: delimiter, to: &plain)
    var names = Self.columns(of: plain.span, delimiter: delimiter, isQuoted: isQuoted).map(ColumnName.folded)
    // Fields beyond the header may be empty in all records.
    while names.count > width, names.last == "" { names.removeLast() }
    if names == folded { return .same }
    if names.count == width, names.sorted() == folded.sorted() { return .reordered }
    return known.makeHeader(names) ? .other : .different
  }

  /// Whether `record` begins as a header may: nearly no tweet does.
  private func mayBeHeader(_ record: Span<UInt8>) -> Bool {
    guard let own = self.record, let known else { return false }
    let letter = Self.firstLetter(of: record)
    // Most tweets that begin like a name are longer than all names, even with quotes and spaces around each.
    let mayBeOwn =
      firstLetters.contains(letter)
      && (letter == Self.firstLetter(of: own.span) || record.count <= 2 * own.count + 4 * width)
    return mayBeOwn || known.mayBegin(record, letter, delimiter: delimiter)
  }

  /// The first letter or digit of a record, in lower case: what tells nearly all records from the header.
  static func firstLetter(of record: Span<UInt8>) -> UInt8? {
    for index in record.indices {
      switch record[index] {
      case 0x30...0x39, 0x61...0x7A: return record[index]
      case 0x41...0x5A: return record[index] | 0x20
      default: continue
      }
    }
    return nil
  }

  /// Whether outputs lack a column of the input.
  var hasSuperseded: Bool { supersededColumn != nil }

  /// The name of the column at `index`, quoted; a column without one is named after its place.
  package func name(ofColumn index: Int) -> [UInt8] {
    index < names.count ? names[index] : Self.placeName(of: index, butNot: knownNames)
  }

  /// Calls `body` with each field of a record under this header, in order.
  package func forEachField(of record: Span<UInt8>, _ body: (Span<UInt8>) -> Void) {
    DelimitedRecord(delimiter: delimiter, isQuoted: isQuoted).forEachField(of: record, body)
  }

  /// The names in a header's record, without the space around them.
  static func columns(of record: Span<UInt8>, delimiter: UInt8, isQuoted: Bool) -> [String] {
    var columns: [String] = []
    DelimitedRecord(delimiter: delimiter, isQuoted: isQuoted).forEachField(of: record) { field in
      columns.append(ColumnName.trimmed(String(decoding: field.indices.map { field[$0] }, as: UTF8.self)))
    }
    return columns
  }

  /// What to say when no column holds the text.
  ///
  /// The columns are named only if they look like names: the first record of a table without a header is a tweet.
  private static func noText(in columns: [String], delimiter: UInt8, options: ReadingOptions) -> Rejection {
    if let column = options.textColumn { return noColumn(column, of: columns.count, delimiter: delimiter) }
    let wanted = options.textKeys.joined(separator: ", ")
    guard columns.allSatisfy(ColumnName.isPlausible) else {
      return Rejection(
        .noText,
        "no header with a column named \(wanted), but \(count(columns.count, separatedBy: delimiter))",
        .describeTheTable)
    }
    let separated =
      columns.count == 1
      ? "its only column is" : "its columns, separated by \(DelimiterName.of(delimiter)), are"
    return Rejection(
      .noText, "the header has no column named \(wanted); \(separated) \(listed(columns))",
      .nameAnotherText)
  }

  /// The columns in words; of many the first ones: a header may have a million, and this is a line of the log.
  private static func listed(_ columns: [String]) -> String {
    let first = columns.prefix(mostListed).joined(separator: ", ")
    return columns.count > mostListed ? "\(first) and \(columns.count - mostListed) more" : first
  }

  private static let mostListed = 40

  /// What to say when a table has fewer columns than the number of the text's.
  static func noColumn(_ column: Int, of width: Int, delimiter: UInt8) -> Rejection {
    Rejection(
      .noText, "no column \(column): the first record has \(count(width, separatedBy: delimiter))")
  }

  /// `3 columns separated by commas`
  static func count(_ columns: Int, separatedBy delimiter: UInt8) -> String {
    columns == 1 ? "1 column" : "\(columns) columns separated by \(DelimiterName.of(delimiter))"
  }

  private static func quoted(_ name: String) -> [UInt8] {
    var json: [UInt8] = []
    JSONString.encode(Array(name.utf8).span, appendingTo: &json)
    return json
  }

  /// The names, but for those that come again, and the name of our own member, which have their place's name.
  private static func distinct(_ names: [[UInt8]]) -> [[UInt8]] {
    let all = Set(names)
    var seen: Set<[UInt8]> = [Array("\"sentiment\"".utf8)]
    return names.enumerated().map { index, name in
      seen.insert(name).inserted ? name : placeName(of: index, butNot: all)
    }
  }

  /// `"column_7"`, with as many underscores behind it as make it a name that no column has.
  private static func placeName(of index: Int, butNot names: Set<[UInt8]>) -> [UInt8] {
    var name = "column_\(index + 1)"
    while names.contains(Array("\"\(name)\"".utf8)) { name += "_" }
    return Array("\"\(name)\"".utf8)
  }
}

/// The names of columns as people write them: `Tweet Id` is `tweet_id`.
enum ColumnName {
  /// Where the columns are that have one of `names`, in the order of these; a name as it stands goes first.
  static func places(of names: [String], in columns: [String]) -> [Int] {
    let folded = columns.map(folded)
    return names.reduce(into: []) { places, name in
      let place = columns.firstIndex(of: name) ?? folded.firstIndex(of: Self.folded(name))
      if let place, !places.contains(place) { places.append(place) }
    }
  }

  /// The name without differences of case, spaces, hyphens and underscores.
  static func folded(_ name: String) -> String {
    name.lowercased().filter { $0 != " " && $0 != "_" && $0 != "-" }
  }

  /// The name without a byte order mark and the white space around it.
  static func trimmed(_ name: String) -> String {
    let isSpace = { (scalar: Unicode.Scalar) in scalar.properties.isWhitespace || scalar == "\u{FEFF}" }
    let scalars = name.unicodeScalars.drop(while: isSpace).reversed().drop(while: isSpace).reversed()
    var trimmed = String.UnicodeScalarView()
    trimmed.append(contentsOf: scalars)
    return String(trimmed)
  }

  /// Whether this may be a column's name, and is not a value: not long, and neither a number nor an address.
  static func isPlausible(_ name: String) -> Bool {
    name.utf8.count <= 40 && !name.contains("@") && !name.contains("/") && !name.contains("\"")
      && (name.isEmpty || name.unicodeScalars.contains { $0.properties.isAlphabetic })
      && name.unicodeScalars.allSatisfy { $0.value >= 0x20 }
      && name.split(separator: " ").count <= 3
  }
}

/// Delimiters, as messages and options name them.
package enum DelimiterName {
  /// Those with a name, in the order in which they are looked for.
  package static let known: [(delimiter: UInt8, singular: String, plural: String)] = [
    (UInt8(ascii: ","), "comma", "commas"), (UInt8(ascii: ";"), "semicolon", "semicolons"),
    (UInt8(ascii: "\t"), "tab", "tabs"), (UInt8(ascii: "|"), "pipe", "vertical bars"),
  ]

  /// How messages call it: `commas`.
  static func of(_ delimiter: UInt8) -> String {
    known.first { $0.delimiter == delimiter }?.plural ?? "'\(Unicode.Scalar(delimiter))'"
  }

  /// The delimiter that is meant by `comma`, `,` or `\t`; nil when it is none.
  ///
  /// Any single ASCII character will do that is no letter, digit, quote, backslash or line end.
  package static func delimiter(_ name: String) -> UInt8? {
    if let known = known.first(where: { $0.singular == name }) { return known.delimiter }
    if name == "\\t" { return UInt8(ascii: "\t") }
    guard let byte = name.utf8.first, name.utf8.count == 1, byte < 0x7F, byte > 0x20 || byte == 0x09,
      !"\"\\".utf8.contains(byte), !Unicode.Scalar(byte).properties.isAlphabetic, !(0x30...0x39 ~= byte)
    else { return nil }
    return byte
  }
}
