internal import AWDLSTM
internal import TweetText

/// How the model came to its answer for one text.
package struct Explanation: Sendable {
  /// What cleaning left of the text.
  package let cleaned: String
  /// The tokens that the network read, in order.
  package let tokens: [Token]
  /// The probability of each label, in millionths.
  package let probabilities: [Int32]
  /// What is worth knowing of the text.
  package let flags: TextFlags

  /// One token of the text.
  package struct Token: Equatable, Sendable {
    /// As it was cut from the text.
    package let text: String
    /// Whether the vocabulary lacks it, so that the network read `xxunk` in its place.
    package let isUnknown: Bool
  }
}

extension SentimentScorer {
  /// Scores one text and keeps what happened on the way.
  package func explain(_ text: String) -> Explanation {
    var batch = makeBatch()
    add(Array(text.utf8).span, to: &batch)
    score(&batch)
    var bytes: [UInt8] = []
    cleaner.clean(Array(text.utf8).span, appendingTo: &bytes)
    let cleaned = String(decoding: bytes, as: UTF8.self)
    let tokens = tokenizer.tokens(of: cleaned).prefix(network.architecture.maximumTokens)
    return Explanation(
      cleaned: cleaned,
      tokens: tokens.map { token in
        let id = tokenizer.vocabulary.id(of: Array(token.utf8).span)
        return Explanation.Token(text: token, isUnknown: id == nil)
      },
      probabilities: batch.probabilities, flags: batch.flags[0])
  }
}
