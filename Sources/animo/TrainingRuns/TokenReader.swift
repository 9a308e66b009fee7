import Datasets
import Training
import TweetText

/// Reads texts as the ids that a network learns from.
struct TokenReader {
  private let cleaner: Cleaner
  private let tokenizer: Tokenizer
  private let limit: Int
  private var workspace = TokenizerWorkspace()
  private var cleaned: [UInt8] = []

  /// - Parameter limit: the maximum number of tokens; nil for no limit.
  init(_ vocabulary: Vocabulary, cleaning: CleaningProfile, limit: Int? = nil) {
    cleaner = Cleaner(cleaning, vocabulary: vocabulary)
    tokenizer = Tokenizer(vocabulary: vocabulary)
    self.limit = limit ?? .max / 2
  }

  /// The ids of a raw text; `xxbos` is the first.
  mutating func ids(of text: Span<UInt8>) -> [Int32] {
    clean(text)
    return cleanedIDs()
  }

  /// The same; nil where cleaning leaves no letter, and thus nothing for a network to judge.
  mutating func idsOfWords(in text: Span<UInt8>) -> [Int32]? {
    clean(text)
    return Cleaner.holdsLetters(cleaned.span) ? cleanedIDs() : nil
  }

  private mutating func clean(_ text: Span<UInt8>) {
    cleaned.removeAll(keepingCapacity: true)
    cleaner.clean(text, appendingTo: &cleaned)
  }

  private mutating func cleanedIDs() -> [Int32] {
    let cleaned = cleaned
    var ids: [Int32] = []
    _ = tokenizer.tokenize(cleaned.span, limit: limit, using: &workspace, appendingTo: &ids)
    return ids
  }

  /// An example of a classifier.
  mutating func example(_ example: LabelledExample, weight: Float = 1) -> TokenisedExample {
    TokenisedExample(
      ids: ids(of: example.text.span), target: example.target, weight: weight)
  }
}
