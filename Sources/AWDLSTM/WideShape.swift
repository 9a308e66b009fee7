/// What a wide term looks at: how many buckets, and how long the pieces of text are that fall into them.
///
/// `TweetText.HashedNGrams` finds the buckets of a text; what they are worth is `wide.weight`.
package struct WideShape: Equatable, Sendable {
  /// A power of two.
  package var buckets: Int
  /// How many words a piece has.
  package var words: ClosedRange<Int>
  /// How many characters a piece has.
  package var characters: ClosedRange<Int>
  /// Whether words that a negation reaches are pieces of their own too.
  package var negation: Bool

  package init(
    buckets: Int, words: ClosedRange<Int>, characters: ClosedRange<Int>, negation: Bool = false
  ) {
    (self.buckets, self.words, self.characters) = (buckets, words, characters)
    self.negation = negation
  }

  /// Reads the object `wide` of a `config.json`.
  init(_ settings: Settings) throws(ModelError) {
    buckets = try settings.powerOfTwo("buckets", in: 1...1 << 22)
    words = try settings.range("words", in: 1...4)
    characters = try settings.range("characters", in: 1...8)
    negation = try settings.flag("negation")
  }

  /// The object `wide` of a `config.json`.
  var configuration: String {
    func text(_ range: ClosedRange<Int>) -> String { "[\(range.lowerBound), \(range.upperBound)]" }
    // A model without says nothing of it.
    let more = negation ? ", \"negation\": true" : ""
    return "{\"buckets\": \(buckets), \"words\": \(text(words)), \"characters\": \(text(characters))\(more)}"
  }
}
