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
    /// The case study's four, anywhere: `:)` `:-)` `:(` `:-(`.
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

/// A scalar beyond ASCII, read without a check of what UTF-8 forbids: ill-formed input matches nothing.
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

/// The mood of an emoji.
enum EmojiMood {
  /// The mood of `scalar`; nil if it has none or is used for both.
  ///
  /// Deliberately omitted are 😂, 😭, 🤣, 😅 and 🥺, which occur in happy and sad tweets alike, folded hands, and all
  /// emoji of things.
  static func mood(of scalar: UInt32) -> Moods? {
    switch scalar {
    case 0x2661, 0x2665, 0x2763, 0x2764: .positive  // ♡ ♥ ❣ ❤
    case 0x1F493, 0x1F495...0x1F49F, 0x1F5A4, 0x1F90D, 0x1F9E1: .positive  // 💓 💕…💟 🖤 🤍 🧡
    case 0x263A, 0x1F600, 0x1F601, 0x1F603, 0x1F604, 0x1F606, 0x1F607: .positive  // ☺ 😀 😁 😃 😄 😆 😇
    case 0x1F609...0x1F60E, 0x1F617...0x1F61D, 0x1F642: .positive  // 😉…😎 😗…😝 🙂
    case 0x1F638...0x1F63B, 0x1F63D: .positive  // 😸…😻 😽
    case 0x1F917, 0x1F929, 0x1F970, 0x1F973: .positive  // 🤗 🤩 🥰 🥳
    case 0x1F44C, 0x1F44D, 0x1F44F, 0x1F4AA, 0x1F64C: .positive  // 👌 👍 👏 💪 🙌
    case 0x1F389, 0x1F38A, 0x1F483: .positive  // 🎉 🎊 💃
    case 0x1F494, 0x1F44E: .negative  // 💔 👎
    case 0x2639, 0x1F611...0x1F616, 0x1F61E...0x1F625: .negative  // ☹ 😑…😖 😞…😥
    case 0x1F629...0x1F62B, 0x1F630, 0x1F641, 0x1F644: .negative  // 😩…😫 😰 🙁 🙄
    case 0x1F63E, 0x1F63F, 0x1F922, 0x1F92C, 0x1F92E: .negative  // 😾 😿 🤢 🤬 🤮
    default: nil
    }
  }
}

/// The mood of a tweet, which selects one of the case study's three files.
package enum TextClass: String, CaseIterable, Sendable {
  case positive
  case negative
  /// The mood is unknown.
  case unlabelled
}
