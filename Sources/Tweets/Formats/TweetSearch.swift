internal import JSON

/// One pass over a tweet's members, keeping the best candidates for its text, id and language.
///
/// A text may be there more than once: cut off in the tweet itself, whole in a member that was added to Twitter's
/// interfaces later. The best one is, in this order, the whole text of the tweet that this one repeats, that of
/// `note_tweet`, of `extended_tweet`, and the first of the options' names. Members that are `null`, empty or blank are
/// taken for absent. The object's own members go before those of the object that it wraps (`data`, `tweet`).
struct TweetSearch {
  /// Where an object stands in the tweet.
  struct Level {
    /// The object is wrapped by another one.
    var isWrapped = false
    var place = TextPlace()
    /// Whether it is the line's own object.
    var isOutermost: Bool { !isWrapped && place.isOwn }
  }

  let names: TweetNames
  /// The best text, without its quotes.
  private(set) var text: Range<Int>?
  private(set) var place = TextPlace()
  private(set) var mayBeHTML = false
  /// The language, without its quotes.
  private(set) var language: Range<Int>?
  /// When the tweet was written, in milliseconds since 1970, as one of the options' names says.
  private(set) var time: Int?
  private(set) var hasDuplicateKey = false
  private(set) var foundNonString = false
  private(set) var foundBlank = false
  private(set) var superseded = SupersededMembers()
  /// The id of the tweet that this one repeats, and the array of those that come with it.
  private(set) var repeatedID: Range<Int>?
  private var included: Range<Int>?
  /// How good the candidates are: lower is better.
  private var textRank = Int.max
  private var idRank = Int.max
  private var languageRank = Int.max
  private var timeRank = Int.max
  private var anyID: Range<Int>?
  /// `id_str` and a number `id`: the tweet's own, and those of the one that it wraps.
  private var digitsID: (Range<Int>?, Range<Int>?)
  private var numberID: (Range<Int>?, Range<Int>?)
  /// One bit for each of the first names of text and id that has been seen.
  private var seen: UInt64 = 0

  private static let sentiment = Array("sentiment".utf8)
  private static let retweeted = Array("retweeted".utf8)
  private static let typeName = Array("type".utf8)
  static let idName = Array("id".utf8)
  static let tweetsName = Array("tweets".utf8)
  private static let mongoNames = ["$numberLong", "$oid"].map { Array($0.utf8) }

  init(names: TweetNames) {
    self.names = names
  }

  /// Walks over the object whose brace is the scanner's next byte.
  mutating func walk(
    _ line: Span<UInt8>, with scanner: inout JSONScanner, at level: Level = Level()
  ) throws(JSONError) {
    try scanner.open(in: line)
    if level.isOutermost { superseded.open(at: scanner.position) }
    while true {
      let end = scanner.position
      guard try scanner.advance(in: line) else { break }
      if level.isOutermost { superseded.begin(after: end, at: scanner.position) }
      let key = try scanner.key(in: line)
      guard let place = names.place(of: key, in: line) else {
        try scanner.skipValue(in: line)
        continue
      }
      try walkMember(names.roles[place], named: key, of: line, with: &scanner, at: level)
    }
  }

  /// Finds the text of the tweet that this one repeats among those that came with it.
  mutating func followReference(in line: Span<UInt8>) throws(JSONError) {
    guard let repeatedID, let included, place.repeated == nil else { return }
    let wanted = line.extracting(repeatedID)
    var scanner = JSONScanner(at: included.lowerBound, acceptsNonFinite: true)
    try scanner.open(in: line)
    while try scanner.advance(in: line) {
      scanner.skipSpace(in: line)
      let start = scanner.position
      guard try scanner.skipValue(in: line) == .object,
        let id = try Self.member(Self.idName, of: line, at: start), line.extracting(id).isEqual(to: wanted)
      else { continue }
      try follow(line, at: start)
      return
    }
  }

  /// Takes the text of the tweet at `start` for that of the one that is repeated, if it has one.
  mutating func follow(_ line: Span<UInt8>, at start: Int = 0) throws(JSONError) {
    var scanner = JSONScanner(at: start, acceptsNonFinite: true)
    scanner.skipSpace(in: line)
    guard scanner.peek(in: line) == UInt8(ascii: "{") else { return }
    var level = Level()
    level.place.repeated = .includedTweets
    try walk(line, with: &scanner, at: level)
  }
}

// Members.
extension TweetSearch {
  private mutating func walkMember(
    _ role: TweetNames.Role, named key: Range<Int>, of line: Span<UInt8>, with scanner: inout JSONScanner,
    at level: Level
  ) throws(JSONError) {
    let start = scanner.position
    if let part = role.part, let inner = innerLevel(of: part, at: level),
      scanner.peek(in: line) == UInt8(ascii: "{")
    {
      return try walk(line, with: &scanner, at: inner)
    }
    let kind = try scanner.skipValue(in: line)
    let value = start..<scanner.position
    var isSuperseded = false
    switch role.part {
    case .sentiment?
    where level.isOutermost && !names.textIsSentiment
      && JSONString.means(Self.sentiment, key, of: line):
      superseded.drop(to: value.upperBound)
      isSuperseded = true
    case .references? where kind == .array && level.place.repeated == nil:
      try findRepeated(in: value, of: line)
    case .included? where kind == .object && level.isOutermost:
      included = try Self.member(Self.tweetsName, of: line, at: start)
    case .language? where kind == .string && level.place.isOwn && rank(at: level) <= languageRank:
      (language, languageRank) = (Self.content(value), rank(at: level))
    default: break
    }
    // A text that is not in the output would leave an answer to nothing.
    if !isSuperseded { considerText(role, named: key, value, kind, in: line, at: level) }
    guard level.place.isOwn else { return }
    if let index = role.time { considerTime(index, value, kind, in: line, at: level) }
    guard let index = role.id else { return }
    try considerID(index, role, value, kind, in: line, at: level)
  }

  /// Where the members of `part` stand, if it is one whose members matter there.
  private func innerLevel(of part: TweetNames.Part, at level: Level) -> Level? {
    var inner = level
    switch part {
    case .wrapper:
      guard level.isOutermost else { return nil }
      inner.isWrapped = true
    case .noteTweet:
      guard names.followsTwitter, level.place.whole == nil else { return nil }
      inner.place.whole = .note
    case .noteResults:
      guard level.place.whole == .note else { return nil }
    case .extendedTweet:
      guard names.followsTwitter, level.place.whole == nil else { return nil }
      inner.place.whole = .extended
    case .retweetedStatus, .reblog:
      guard level.place.isOwn else { return nil }
      inner.place.repeated = part == .reblog ? .reblog : .retweetedStatus
    case .language, .references, .included, .sentiment: return nil
    }
    return inner
  }

  /// Finds the retweet among the tweets that are referred to: its id, and its text if that is there.
  private mutating func findRepeated(in array: Range<Int>, of line: Span<UInt8>) throws(JSONError) {
    var scanner = JSONScanner(at: array.lowerBound, acceptsNonFinite: true)
    try scanner.open(in: line)
    while try scanner.advance(in: line) {
      scanner.skipSpace(in: line)
      let start = scanner.position
      guard try scanner.skipValue(in: line) == .object,
        let type = try Self.member(Self.typeName, of: line, at: start),
        JSONString.means(Self.retweeted, type, of: line)
      else { continue }
      repeatedID = try Self.member(Self.idName, of: line, at: start)
      var (level, inner) = (Level(), JSONScanner(at: start, acceptsNonFinite: true))
      level.place.repeated = .referencedTweets
      try walk(line, with: &inner, at: level)
    }
  }

  /// The value of the last member `name` of the object at `start`, a string without its quotes.
  static func member(
    _ name: [UInt8], of line: Span<UInt8>, at start: Int
  ) throws(JSONError) -> Range<Int>? {
    var found: Range<Int>?
    var scanner = JSONScanner(at: start, acceptsNonFinite: true)
    try scanner.open(in: line)
    while try scanner.advance(in: line) {
      let key = try scanner.key(in: line)
      let start = scanner.position
      let kind = try scanner.skipValue(in: line)
      guard JSONString.means(name, key, of: line) else { continue }
      found = kind == .string ? content(start..<scanner.position) : start..<scanner.position
    }
    return found
  }

  private static func content(_ string: Range<Int>) -> Range<Int> {
    (string.lowerBound + 1)..<(string.upperBound - 1)
  }
}

// Candidates.
extension TweetSearch {
  /// The rank of an object: the tweet's own goes before the one that it wraps.
  private func rank(at level: Level) -> Int { level.isWrapped ? 1 : 0 }

  /// The rank of a text in an object: whole ones go before those that may be cut off.
  private func textRank(_ index: Int, at level: Level) -> Int {
    let whole =
      switch level.place.whole {
      case .note: 0
      case .extended: 1
      case nil: 2
      }
    // All that is found of a repeated tweet is better than anything else at the same level.
    let group = (rank(at: level) * 2 + (level.place.repeated == nil ? 1 : 0)) * 3 + whole
    return (group * (names.texts.count + 1) + index) * 3
  }

  private mutating func considerText(
    _ role: TweetNames.Role, named key: Range<Int>, _ value: Range<Int>, _ kind: JSONScanner.Kind,
    in line: Span<UInt8>, at level: Level
  ) {
    guard let index = level.place.whole == nil ? role.text : role.wholeText else { return }
    // The very name goes before one that differs in case, and both before a path.
    let isExact = JSONString.means(role.spelling, key, of: line)
    let rank = textRank(index, at: level) + (isExact ? 0 : 1)
    if level.place.isOwn, isExact, index < 24 { noteRepetition(2 * index, at: level) }
    guard kind == .string else {
      if Self.isNull(value, of: line) || kind == .object && role.part == .wrapper { return }
      if level.place.isOwn { foundNonString = true }
      if rank == textRank { (text, textRank) = (nil, .max) }
      return
    }
    consider(Self.content(value), rank: rank, mayBeHTML: role.mayBeHTML, at: level.place, in: line)
  }

  private mutating func consider(
    _ content: Range<Int>, rank: Int, mayBeHTML: Bool, at place: TextPlace, in line: Span<UInt8>
  ) {
    guard rank <= textRank else { return }
    guard !JSONString.isBlank(content, of: line) else {
      foundBlank = true
      return
    }
    (text, textRank, self.place, self.mayBeHTML) = (content, rank, place, mayBeHTML)
  }

  private mutating func considerID(
    _ index: Int, _ role: TweetNames.Role, _ value: Range<Int>, _ kind: JSONScanner.Kind,
    in line: Span<UInt8>, at level: Level
  ) throws(JSONError) {
    if index < 8 { noteRepetition(48 + 2 * index, at: level) }
    guard let value = try Self.scalar(value, kind, of: line) else { return }
    let isNumber = line[value.lowerBound] != UInt8(ascii: "\"")
    switch (role.idKind, level.isWrapped) {
    case (.digits?, false) where !isNumber: digitsID.0 = value
    case (.digits?, true) where !isNumber: digitsID.1 = value
    case (.number?, false) where isNumber: numberID.0 = value
    case (.number?, true) where isNumber: numberID.1 = value
    default: break
    }
    let rank = (rank(at: level) * names.idCount + index) * 2
    guard rank <= idRank else { return }
    (anyID, idRank) = (value, rank)
  }

  private mutating func considerTime(
    _ index: Int, _ value: Range<Int>, _ kind: JSONScanner.Kind, in line: Span<UInt8>, at level: Level
  ) {
    let rank = (rank(at: level) * names.timeCount + index) * 2
    guard rank <= timeRank, let found = Self.time(value, kind, in: line) else { return }
    (time, timeRank) = (found, rank)
  }

  /// The time in a string or a number.
  private static func time(_ value: Range<Int>, _ kind: JSONScanner.Kind, in line: Span<UInt8>) -> Int? {
    switch kind {
    case .string: EventTimeText.milliseconds(in: line.extracting(content(value)))
    case .other: EventTimeText.milliseconds(in: line.extracting(value))
    case .object, .array: nil
    }
  }

  /// The time in an id, quotes and all.
  static func time(ofID id: Range<Int>, in line: Span<UInt8>) -> Int? {
    let isQuoted = line[id.lowerBound] == UInt8(ascii: "\"")
    return EventTimeText.milliseconds(ofID: line.extracting(isQuoted ? content(id) : id))
  }

  /// The value itself where it is a string or a number, or MongoDB's way to write one; nil for all else.
  private static func scalar(
    _ value: Range<Int>, _ kind: JSONScanner.Kind, of line: Span<UInt8>
  ) throws(JSONError) -> Range<Int>? {
    switch kind {
    case .string, .other: return isNull(value, of: line) ? nil : value
    case .array: return nil
    case .object:
      for name in mongoNames {
        guard let content = try member(name, of: line, at: value.lowerBound) else { continue }
        let quoted = (content.lowerBound - 1)..<(content.upperBound + 1)
        return line[quoted.lowerBound] == UInt8(ascii: "\"") ? quoted : content
      }
      return nil
    }
  }

  private static func isNull(_ value: Range<Int>, of line: Span<UInt8>) -> Bool {
    line[value.lowerBound] == UInt8(ascii: "n")
  }

  /// Notes that the name with the number `bit` has been seen, and whether it had been before.
  private mutating func noteRepetition(_ bit: Int, at level: Level) {
    let mask: UInt64 = 1 << UInt64(bit + rank(at: level))
    hasDuplicateKey = hasDuplicateKey || seen & mask != 0
    seen |= mask
  }
}

// What was found.
extension TweetSearch {
  /// The id as it stands, quotes and all; of a number and its digits in `id_str` the number, where these are the
  /// same, and the digits, where a program without such integers has rounded it.
  func id(in line: Span<UInt8>) -> Range<Int>? {
    exactID(digitsID.0, numberID.0, in: line) ?? exactID(digitsID.1, numberID.1, in: line) ?? anyID
  }

  private func exactID(_ digits: Range<Int>?, _ number: Range<Int>?, in line: Span<UInt8>) -> Range<Int>? {
    guard let digits, let number, anyID == digits || anyID == number else { return nil }
    return line.extracting(Self.content(digits)).isEqual(to: line.extracting(number)) ? number : digits
  }

  /// Looks for text, id and time under the options' names that are paths, where nothing better was found.
  mutating func followPaths(in line: Span<UInt8>) throws(JSONError) {
    for (index, path) in names.textPaths {
      let rank = textRank(index, at: Level()) + 2
      guard rank < textRank, let (value, kind, isRepeated) = try Self.value(at: path, of: line) else {
        continue
      }
      hasDuplicateKey = hasDuplicateKey || isRepeated
      guard kind == .string else {
        foundNonString = true
        continue
      }
      let mayBeHTML = TweetNames.mayBeHTML(names.texts[index])
      consider(Self.content(value), rank: rank, mayBeHTML: mayBeHTML, at: TextPlace(), in: line)
    }
    for (index, path) in names.idPaths where index * 2 + 1 < idRank {
      guard let (value, kind, isRepeated) = try Self.value(at: path, of: line),
        let id = try Self.scalar(value, kind, of: line)
      else { continue }
      hasDuplicateKey = hasDuplicateKey || isRepeated
      (anyID, idRank) = (id, index * 2 + 1)
    }
    for (index, path) in names.timePaths where index * 2 + 1 < timeRank {
      guard let (value, kind, _) = try Self.value(at: path, of: line),
        let found = Self.time(value, kind, in: line)
      else { continue }
      (time, timeRank) = (found, index * 2 + 1)
    }
  }

  /// The value that `path` leads to, member by member, and whether it leads to others too; the last that is not null
  /// counts.
  private static func value(
    at path: [[UInt8]], of line: Span<UInt8>
  ) throws(JSONError) -> (Range<Int>, JSONScanner.Kind, isRepeated: Bool)? {
    var scanner = JSONScanner(acceptsNonFinite: true)
    scanner.skipSpace(in: line)
    var step = 0
    var found: (Range<Int>, JSONScanner.Kind, isRepeated: Bool)?
    try scanner.open(in: line)
    while true {
      guard try scanner.advance(in: line) else {
        // The object on the path ends, and the one that it is in goes on.
        guard step > 0 else { return found }
        step -= 1
        continue
      }
      let key = try scanner.key(in: line)
      let isStep = JSONString.means(path[step], key, of: line)
      if isStep, step < path.count - 1, scanner.peek(in: line) == UInt8(ascii: "{") {
        step += 1
        try scanner.open(in: line)
        continue
      }
      let start = scanner.position
      let kind = try scanner.skipValue(in: line)
      let value = start..<scanner.position
      if isStep, step == path.count - 1, !isNull(value, of: line) { found = (value, kind, found != nil) }
    }
  }
}
