/// A tweet's class by what its writer drew into it: distant supervision (Go, Bhayani, Huang 2009), as the
/// case study does it.
///
/// ```swift
/// let label = DistantLabel()
/// label.textClass(of: "siempre estuviste a mi lado :)".utf8.span)   // .positive
/// ```
package struct DistantLabel: Equatable, Sendable {
  /// Which emoticons count.
  package enum Emoticons: String, CaseIterable, Sendable {
    /// The case study's four, wherever they stand: `:)` `:-)` `:(` `:-(`.
    case basic
    /// All faces whose mood is clear: see `EmoticonScanner`.
    case all
  }

  /// Which emoticons count.
  package var emoticons: Emoticons
  /// Whether emoji count too.
  package var usesEmoji: Bool

  /// The case study's rule, unless more is asked for.
  package init(emoticons: Emoticons = .basic, usesEmoji: Bool = false) {
    self.emoticons = emoticons
    self.usesEmoji = usesEmoji
  }

  /// The class of a raw tweet; nil when it shows both moods, and so says nothing.
  ///
  /// A total function, in time proportional to the length: any bytes will do.
  package func textClass(of tweet: Span<UInt8>) -> TextClass? {
    switch moods(in: tweet) {
    case .positive: .positive
    case .negative: .negative
    case []: .unlabelled
    default: nil
    }
  }

  private func moods(in tweet: Span<UInt8>) -> Moods {
    let scanner = EmoticonScanner(emoticons)
    var moods: Moods = []
    var position = 0
    while position < tweet.count, moods != .both {
      if tweet[position] < 0x80 {
        if let mood = scanner.mood(at: position, in: tweet) { moods.insert(mood) }
        position += 1
      } else {
        let scalar = LongScalar(at: position, in: tweet)
        if usesEmoji, let mood = EmojiMood.mood(of: scalar.value) { moods.insert(mood) }
        position += scalar.length
      }
    }
    return moods
  }
}

/// The moods that a tweet shows.
struct Moods: OptionSet {
  let rawValue: UInt8

  static let positive = Moods(rawValue: 1)
  static let negative = Moods(rawValue: 2)
  static let both: Moods = [.positive, .negative]
}

/// A scalar beyond ASCII, read without a check of what UTF-8 forbids: a wrong one is none that is known.
private struct LongScalar {
  var value: UInt32
  var length = 1

  init(at offset: Int, in text: Span<UInt8>) {
    value = UInt32(text[offset] & 0x1F)
    while offset + length < text.count, length < 4, text[offset + length] & 0xC0 == 0x80 {
      value = value << 6 | UInt32(text[offset + length] & 0x3F)
      length += 1
    }
    // The lead byte of four has three bits, that of three has four: mask what the shifts have carried up.
    if length == 4 { value &= 0x1FFFFF } else if length == 3 { value &= 0xFFFF }
  }
}
