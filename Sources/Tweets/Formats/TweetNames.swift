internal import JSON

/// The members' names that matter in a tweet, and what each says of its value.
///
/// Names are compared without regard to ASCII case: exports write `ID`, `Text`, `Tweet`.
struct TweetNames: Sendable {
  /// What a member holds.
  struct Role {
    /// The text, or the id: which of the options' names it is.
    var text: Int?
    var id: Int?
    /// How the id is written under this name, where Twitter has it in two ways.
    var idKind: IDKind?
    /// When it was written: which of the options' names it is.
    var time: Int?
    /// The text of a member that has the whole one: the first of these is the likelier.
    var wholeText: Int?
    /// What is in it, where that is an object or an array.
    var part: Part?
    /// Whether a text under this name may be HTML.
    var mayBeHTML = false
    /// The name as the options write it.
    var spelling: [UInt8] = []
  }

  /// Twitter's two ways to write an id: a number, which some programs round, and its digits as a string.
  enum IDKind: Sendable { case number, digits }

  /// A part of a tweet that has a structure of its own.
  enum Part: Sendable {
    /// The tweet itself, wrapped.
    case wrapper
    /// The language of the text.
    case language
    /// The whole text, of which the tweet's own is the beginning.
    case noteTweet, noteResults, extendedTweet
    /// The tweet that this one repeats.
    case retweetedStatus, reblog
    /// Which tweets it refers to, and a page's tweets that are referred to.
    case references, included
    /// A member that ours takes the place of.
    case sentiment
  }

  /// The options' names, as they are written in messages.
  let texts: [String]
  /// Paths such as `record.text`, with their places among the options' names.
  let textPaths: [(index: Int, path: [[UInt8]])]
  let idPaths: [(index: Int, path: [[UInt8]])]
  let timePaths: [(index: Int, path: [[UInt8]])]
  /// How many names the id has, and the time.
  let idCount: Int
  let timeCount: Int
  /// Whether it is wanted when tweets were written.
  let wantsTime: Bool
  /// Whether a tweet's own text may be the beginning of a longer one elsewhere in it.
  let followsTwitter: Bool
  /// Whether the options name `sentiment` as the text, or something in it.
  let textIsSentiment: Bool

  private var names: [[UInt8]] = []
  private(set) var roles: [Role] = []
  /// The places in `names` of those of each length.
  private var byLength: [[Int]] = []

  private static let parts: [(name: String, part: Part)] = [
    ("data", .wrapper), ("tweet", .wrapper), ("lang", .language), ("language", .language),
    ("note_tweet", .noteTweet), ("note_tweet_results", .noteResults), ("result", .noteResults),
    ("extended_tweet", .extendedTweet), ("retweeted_status", .retweetedStatus), ("reblog", .reblog),
    ("referenced_tweets", .references), ("includes", .included), ("sentiment", .sentiment),
  ]

  /// - Parameters:
  ///   - texts: what the text may be called, the likeliest first; a name with dots may be a path too.
  ///   - ids: the same for the id.
  ///   - times: the same for the time; nil where that is not wanted.
  init(texts: [String], ids: [String] = ReadingOptions().idKeys, times: [String]? = nil) {
    self.texts = texts
    textPaths = Self.paths(texts)
    idPaths = Self.paths(ids)
    timePaths = Self.paths(times ?? [])
    (idCount, timeCount, wantsTime) = (ids.count, times?.count ?? 0, times != nil)
    let folded = texts.map { $0.lowercased() }
    followsTwitter = folded.contains("text") || folded.contains("full_text")
    textIsSentiment = ReadingOptions.namesSentiment(texts)
    for (name, part) in Self.parts { insert(Array(name.utf8)) { $0.part = part } }
    for (index, name) in ["full_text", "text"].enumerated() {
      insert(Array(name.utf8)) { ($0.wholeText, $0.spelling) = (index, Array(name.utf8)) }
    }
    for (index, name) in ids.enumerated() {
      insert(Array(name.utf8)) { role in
        guard role.id == nil else { return }
        role.id = index
        role.idKind = ["id": .number, "id_str": .digits][name.lowercased()]
      }
    }
    for (index, name) in (times ?? []).enumerated() {
      insert(Array(name.utf8)) { role in role.time = role.time ?? index }
    }
    for (index, name) in texts.enumerated() {
      let bytes = Array(name.utf8)
      insert(bytes) { role in
        guard role.text == nil else { return }
        (role.text, role.spelling) = (index, bytes)
        role.mayBeHTML = Self.mayBeHTML(name)
      }
    }
  }

  /// The place in `roles` of the member named `key`, escapes decoded; nil for a name that says nothing.
  func place(of key: Range<Int>, in line: Span<UInt8>) -> Int? {
    for index in key where line[index] == UInt8(ascii: "\\") {
      var decoded: [UInt8] = []
      _ = JSONString.decode(key, of: line, appendingTo: &decoded)
      return place(of: decoded.span)
    }
    return place(of: line.extracting(key))
  }

  private func place(of key: Span<UInt8>) -> Int? {
    guard key.count < byLength.count else { return nil }
    for index in byLength[key.count] where key.equalsFolded(names[index]) { return index }
    return nil
  }

  private mutating func insert(_ name: [UInt8], _ change: (inout Role) -> Void) {
    if let known = place(of: name.span) { return change(&roles[known]) }
    while byLength.count <= name.count { byLength.append([]) }
    var role = Role()
    change(&role)
    byLength[name.count].append(names.count)
    names.append(name.map(\.foldedASCII))
    roles.append(role)
  }

  private static func paths(_ names: [String]) -> [(index: Int, path: [[UInt8]])] {
    names.enumerated().compactMap { index, name in
      let steps = name.split(separator: ".", omittingEmptySubsequences: false)
      guard steps.count > 1, !steps.contains("") else { return nil }
      return (index, steps.map { Array($0.utf8) })
    }
  }

  /// Whether texts of that name are HTML in the exports of Mastodon and its like.
  static func mayBeHTML(_ name: String) -> Bool {
    let last = name.split(separator: ".").last ?? ""
    return last.lowercased() == "content"
  }
}

extension UInt8 {
  /// The lower-case letter of an ASCII capital; all else stays.
  var foldedASCII: UInt8 { self >= UInt8(ascii: "A") && self <= UInt8(ascii: "Z") ? self | 0x20 : self }
}

extension Span<UInt8> {
  /// Whether these bytes are those of `other`, a name in lower case, but for the case of ASCII letters.
  func equalsFolded(_ other: [UInt8]) -> Bool {
    guard count == other.count else { return false }
    for index in indices where self[index].foldedASCII != other[index] { return false }
    return true
  }
}
