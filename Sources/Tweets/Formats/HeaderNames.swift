/// The names by which a header is known in the middle of a table, where another table was joined to it.
struct HeaderNames: Sendable {
  /// The names of texts, and those of all columns, without differences of case and the like.
  private let texts: Set<String>
  private let all: Set<String>
  /// How they begin; see `DelimitedHeader.firstLetter`.
  private let firstLetters: Set<UInt8?>
  /// The letters of each.
  private let letters: Set<[UInt8]>
  /// The length of the longest, in UTF-8.
  private let longest: Int

  /// What quotes, spaces, hyphens and underscores may add to the length of a name.
  private static let leeway = 16

  /// - Parameters:
  ///   - columns: the names of the table's own columns, which others may have too.
  ///   - textColumns: the places of those that hold the text.
  init(columns: [String], textColumns: [Int], options: ReadingOptions) {
    let usual = ReadingOptions()
    var textNames = options.textKeys
    textNames += usual.textKeys
    for column in textColumns { textNames.append(columns[column]) }
    var otherNames = columns
    otherNames += options.idKeys
    otherNames += usual.idKeys
    otherNames += options.timeKeys ?? []
    otherNames += ReadingOptions.usualTimeKeys
    otherNames += TableSniffer.otherNames
    otherNames += Self.exported
    let texts = Set(textNames.map(ColumnName.folded))
    let all = texts.union(otherNames.map(ColumnName.folded))
    firstLetters = Set(all.map { DelimitedHeader.firstLetter(of: Array($0.utf8).span) })
    letters = Set(all.map { Self.letters(of: Array($0.utf8).span) })
    longest = all.reduce(0) { max($0, $1.utf8.count) }
    self.texts = texts
    self.all = all
  }

  /// Whether the first cell of a record has the letters of one of the names, as that of nearly no tweet has.
  ///
  /// - Parameter letter: the first of the record.
  func mayBegin(_ record: Span<UInt8>, _ letter: UInt8?, delimiter: UInt8) -> Bool {
    guard firstLetters.contains(letter) else { return false }
    let start = record.extracting(0..<min(record.count, longest + Self.leeway))
    guard let end = start.firstIndex(of: delimiter, from: 0) else { return false }
    return letters.contains(Self.letters(of: start.extracting(0..<end)))
  }

  /// The letters and digits of ASCII, in lower case; to compare these is cheap.
  private static func letters(of text: Span<UInt8>) -> [UInt8] {
    var letters: [UInt8] = []
    for index in text.indices {
      switch text[index] {
      case 0x30...0x39, 0x61...0x7A: letters.append(text[index])
      case 0x41...0x5A: letters.append(text[index] | 0x20)
      default: continue
      }
    }
    return letters
  }

  /// Whether the cells of a record, folded, make a header: all are names, none comes twice, and one is that
  /// of a text.
  func makeHeader(_ cells: [String]) -> Bool {
    cells.count > 1 && cells.allSatisfy { all.contains($0) } && cells.contains { texts.contains($0) }
      && Set(cells).count == cells.count
  }

  /// Columns of Twitter's interfaces and of programs that collect tweets, besides those that tell a table by
  /// its first line.
  private static let exported = [
    "conversation_id", "country", "favorite_count", "favorites", "followers", "geo", "hashtags",
    "in_reply_to_status_id", "in_reply_to_user_id", "is_retweet", "like_count", "likes_count", "link",
    "location", "mentions", "permalink", "photos", "place", "quote_count", "replies", "replies_count",
    "reply_count", "retweet", "retweet_count", "retweets_count", "score", "split", "time", "timestamp",
    "timezone", "topic", "url", "urls", "user_followers", "user_location", "user_name", "verified",
  ]
}
