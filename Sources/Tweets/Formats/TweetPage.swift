internal import JSON

/// An answer of Twitter's interfaces that holds many tweets, as collectors keep them: `{"data":[…],"includes":{…}}`.
///
/// Each of its tweets is a record of its own.
struct TweetPage {
  /// One of the tweets.
  struct Tweet {
    /// Where it is on the page.
    let range: Range<Int>
    /// How many lines end on the page before it.
    let lines: Int
    /// Where the tweet is that it repeats, if that came with it.
    let repeated: Range<Int>?
  }

  /// The page itself.
  let bytes: [UInt8]
  private(set) var tweets: [Tweet] = []

  /// Divides an object into its tweets; nil if it is not a page: if it has a text itself, or no array of objects.
  init?(_ object: Span<UInt8>, names: TweetNames) {
    guard (try? ScannedObject(scanning: object, names: names)) == nil,
      let (elements, included) = try? Self.arrays(of: object), let elements
    else { return nil }
    bytes = object.indices.map { object[$0] }
    let originals = included.map { Self.tweets(of: object, in: $0) } ?? [:]
    var (lines, counted) = (0, 0)
    for range in elements {
      while counted < range.lowerBound {
        if bytes[counted] == 0x0A { lines += 1 }
        counted += 1
      }
      let repeated = originals.isEmpty ? nil : Self.repeatedID(in: object.extracting(range), names: names)
      tweets.append(Tweet(range: range, lines: lines, repeated: repeated.flatMap { originals[$0] }))
    }
  }

  /// The elements of the arrays of tweets, in order, and the array of those that come with them.
  private static func arrays(
    of object: Span<UInt8>
  ) throws(JSONError) -> (elements: [Range<Int>]?, included: Range<Int>?) {
    var elements: [Range<Int>]?
    var included: Range<Int>?
    var scanner = JSONScanner(acceptsNonFinite: true)
    scanner.skipSpace(in: object)
    try scanner.open(in: object)
    while try scanner.advance(in: object) {
      let key = try scanner.key(in: object)
      let start = scanner.position
      let kind = try scanner.skipValue(in: object)
      if kind == .object, JSONString.means(includes, key, of: object) {
        included = try TweetSearch.member(TweetSearch.tweetsName, of: object, at: start)
      } else if kind == .array, ValueScan.pageNames.contains(where: { JSONString.means($0, key, of: object) })
      {
        if let more = try objects(of: object, inArrayAt: start) { elements = (elements ?? []) + more }
      }
    }
    return (elements, included)
  }

  private static let includes = Array("includes".utf8)

  /// The elements of the array at `start`; nil if one of them is not an object.
  private static func objects(
    of page: Span<UInt8>, inArrayAt start: Int
  ) throws(JSONError) -> [Range<Int>]? {
    var elements: [Range<Int>] = []
    var scanner = JSONScanner(at: start, acceptsNonFinite: true)
    try scanner.open(in: page)
    while try scanner.advance(in: page) {
      scanner.skipSpace(in: page)
      let start = scanner.position
      guard try scanner.skipValue(in: page) == .object else { return nil }
      elements.append(start..<scanner.position)
    }
    return elements
  }

  /// Where the tweets of an array are, by their ids.
  private static func tweets(of page: Span<UInt8>, in array: Range<Int>) -> [[UInt8]: Range<Int>] {
    guard page[array.lowerBound] == UInt8(ascii: "["),
      let elements = try? objects(of: page, inArrayAt: array.lowerBound)
    else { return [:] }
    var tweets: [[UInt8]: Range<Int>] = [:]
    for element in elements {
      guard let id = try? TweetSearch.member(TweetSearch.idName, of: page, at: element.lowerBound) else {
        continue
      }
      tweets[id.map { page[$0] }] = element
    }
    return tweets
  }

  /// The id of the tweet that `tweet` repeats and does not hold itself.
  private static func repeatedID(in tweet: Span<UInt8>, names: TweetNames) -> [UInt8]? {
    var search = TweetSearch(names: names)
    var scanner = JSONScanner(acceptsNonFinite: true)
    guard (try? search.walk(tweet, with: &scanner)) != nil, search.place.repeated == nil else { return nil }
    return search.repeatedID.map { $0.map { tweet[$0] } }
  }
}
