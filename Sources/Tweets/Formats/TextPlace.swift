/// Where in a tweet its whole text was, where that is not the tweet's own member.
package struct TextPlace: Equatable, Sendable {
  /// How a tweet holds the one that it repeats.
  enum Repeat: String, Sendable {
    case retweetedStatus = "retweeted_status"
    case reblog
    case referencedTweets = "referenced_tweets"
    case includedTweets = "includes.tweets"
  }

  /// Where a tweet has the whole of a text whose beginning is its own.
  enum Whole: String, Sendable {
    case note = "note_tweet"
    case extended = "extended_tweet"
  }

  /// The tweet that is repeated, if the text is its.
  var repeated: Repeat?
  /// The member of the one or the other that has the whole text.
  var whole: Whole?

  /// The tweet's own text.
  init() {}

  /// Whether the text is the tweet's own.
  package var isOwn: Bool { repeated == nil && whole == nil }

  /// The place as a path, such as `retweeted_status.extended_tweet`; empty for the tweet's own text.
  package var name: String {
    [repeated?.rawValue, whole?.rawValue].compactMap(\.self).joined(separator: ".")
  }
}
