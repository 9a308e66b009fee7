internal import JSON

/// Where the members that matter are in a line that holds one JSON object.
struct ScannedObject {
  /// The text's string, without its quotes.
  let text: Range<Int>
  /// Where the text was, if not in the tweet's own member.
  let place: TextPlace
  /// Whether the text is under a name that exports give to HTML.
  let mayBeHTML: Bool
  /// The id as it stands, quotes and all.
  let id: Range<Int>?
  /// When the tweet was written, in milliseconds since 1970.
  let time: Int?
  /// The text's language, without its quotes.
  let language: Range<Int>?
  /// Where the object's last `}` is.
  let closingBrace: Int
  /// Whether the text or the id was given twice under the same name; the last one counts.
  let hasDuplicateKey: Bool
  /// The members named `sentiment`, each with one comma: what our own member takes the place of. In order.
  let superseded: [Range<Int>]

  /// Checks `line` and finds its text: see `TweetSearch`.
  ///
  /// - Throws: `Rejection` when the line is not one JSON object with a text.
  init(scanning line: Span<UInt8>, names: TweetNames) throws(Rejection) {
    var search = TweetSearch(names: names)
    let closingBrace: Int?
    do throws(JSONError) {
      closingBrace = try Self.walk(line, with: &search)
    } catch {
      throw Rejection(error)
    }
    guard let closingBrace else {
      throw Rejection(.notObject, "a line must hold a JSON object such as {\"text\":\"…\"}")
    }
    guard let text = search.text else { throw search.rejection }
    (self.text, place, mayBeHTML) = (text, search.place, search.mayBeHTML)
    (id, language, self.closingBrace) = (search.id(in: line), search.language, closingBrace)
    time = names.wantsTime ? search.time ?? id.flatMap { TweetSearch.time(ofID: $0, in: line) } : nil
    (hasDuplicateKey, superseded) = (search.hasDuplicateKey, search.superseded.ranges)
  }

  /// Returns where the object's last brace is; nil when the line's value is something else.
  private static func walk(_ line: Span<UInt8>, with search: inout TweetSearch) throws(JSONError) -> Int? {
    var scanner = JSONScanner(acceptsNonFinite: true)
    scanner.skipSpace(in: line)
    guard scanner.peek(in: line) == UInt8(ascii: "{") else {
      try scanner.skipValue(in: line)
      try scanner.end(in: line)
      return nil
    }
    try search.walk(line, with: &scanner)
    let closingBrace = scanner.position - 1
    try scanner.end(in: line)
    try search.followReference(in: line)
    try search.followPaths(in: line)
    return closingBrace
  }

  /// The text of a tweet that is repeated by another one, and where it is; nil when it has none.
  static func repeatedText(
    in tweet: Span<UInt8>, names: TweetNames
  ) throws(Rejection) -> (text: Range<Int>, place: TextPlace, mayBeHTML: Bool)? {
    var search = TweetSearch(names: names)
    do throws(JSONError) { try search.follow(tweet) } catch { throw Rejection(error) }
    return search.text.map { ($0, search.place, search.mayBeHTML) }
  }
}

extension TweetSearch {
  /// Why there is no text.
  fileprivate var rejection: Rejection {
    if foundNonString { return Rejection(.textNotString, "the text must be a string") }
    if foundBlank { return .emptyText }
    return Rejection(.noText, "no member named \(names.texts.joined(separator: ", "))", .nameAnotherText)
  }
}

/// Members of an object that are to be left out of it, found while its members pass by one after the other.
///
/// A member goes with the comma before it, or, where nothing that stays is before it, with the one behind it, so that
/// what stays is an object again.
struct SupersededMembers {
  /// What to leave out, in order.
  private(set) var ranges: [Range<Int>] = []
  /// Whether a member that stays has passed.
  private var hasKept = false
  /// Where the current member begins: behind the brace, or behind the value before it.
  private var start = 0
  /// Whether the last member is to be left out with the comma that follows it.
  private var takesNextComma = false
  private var isDropped = false
  private var isFirst = true

  /// The object's first member would be at `position`.
  mutating func open(at position: Int) { start = position }

  /// The next member comes; the value before it ended at `end`, and its comma was before `position`.
  mutating func begin(after end: Int, at position: Int) {
    if !isFirst, !isDropped { hasKept = true }
    if takesNextComma, let last = ranges.popLast() { ranges.append(last.lowerBound..<position) }
    // The comma before a member is gone already when the member before it has taken it along.
    start = takesNextComma ? position : end
    (isFirst, isDropped, takesNextComma) = (false, false, false)
  }

  /// The current member, whose value ends at `end`, is to be left out.
  mutating func drop(to end: Int) {
    ranges.append(start..<end)
    isDropped = true
    takesNextComma = !hasKept
  }
}
