package import TweetText

/// Shows texts as the tokens that the network reads: `xxbos xxmaj tengo un xxunk`.
package struct TextTokens {
  private let cleaner: Cleaner
  private let tokenizer: Tokenizer
  private var workspace = TokenizerWorkspace()
  private var cleaned: [UInt8] = []
  private var ids: [Int32] = []

  /// For texts that are cleaned as `profile` says, with words of `vocabulary`.
  package init(cleaning profile: CleaningProfile, vocabulary: Vocabulary) {
    cleaner = Cleaner(profile, vocabulary: vocabulary)
    tokenizer = Tokenizer(vocabulary: vocabulary)
  }

  /// The tokens of a raw text; words that the vocabulary does not have are `xxunk`.
  package mutating func tokens(of text: Span<UInt8>) -> [String] {
    cleaned.removeAll(keepingCapacity: true)
    ids.removeAll(keepingCapacity: true)
    cleaner.clean(text, appendingTo: &cleaned)
    let cleaned = cleaned
    _ = tokenizer.tokenize(cleaned.span, limit: .max / 2, using: &workspace, appendingTo: &ids)
    return ids.map(tokenizer.vocabulary.token)
  }
}
