import TestSupport

/// Tweets of invented words, each of them one token: 20.7 tokens on average, the mark at the start included, as
/// in the tweets of the case study.
struct InventedTweets {
  private var generator = SeededGenerator(seed: 7)

  /// The special tokens, in the order of their ids.
  private static let special = [
    "xxunk", "xxpad", "xxbos", "xxeos", "xxfld", "xxmaj", "xxup", "xxrep", "xxwrep",
  ]

  /// The id of the mark at the start of a tweet.
  private static let beginning: Int32 = 2

  /// So many different tokens, the special ones first; a token's index is its id.
  static func vocabulary(_ count: Int) -> [String] {
    special + (0..<count - special.count).map(word)
  }

  /// The ids of some tweets, the longest first.
  mutating func ids(_ count: Int, vocabulary: Int) -> [[Int32]] {
    (0..<count).map { tweet in
      let words = length(tweet) - 1
      return [Self.beginning]
        + (0..<words).map { _ in
          Int32.random(in: Int32(Self.special.count)..<Int32(vocabulary), using: &generator)
        }
    }.sorted { $0.count > $1.count }
  }

  /// The texts of some tweets, in no order.
  mutating func texts(_ count: Int, vocabulary: Int) -> [String] {
    (0..<count).map { tweet in
      (1..<length(tweet)).map { _ in
        Self.word(Int.random(in: 0..<vocabulary - Self.special.count, using: &generator))
      }.joined(separator: " ")
    }
  }

  /// Tokens of a tweet: 5 … 36, and one more for every fifth.
  private mutating func length(_ tweet: Int) -> Int {
    Int.random(in: 5...36, using: &generator) + (tweet % 5 == 0 ? 1 : 0)
  }

  /// Three syllables of a consonant and a vowel: 216,000 words.
  private static func word(_ index: Int) -> String {
    let (consonants, vowels) = (Array("bdfglmnprstv"), Array("aeiou"))
    return [index % 60, index / 60 % 60, index / 3600 % 60].map { syllable in
      "\(consonants[syllable / 5])\(vowels[syllable % 5])"
    }.joined()
  }
}
