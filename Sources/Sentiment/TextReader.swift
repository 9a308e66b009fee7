internal import AWDLSTM
internal import TweetText

/// What makes tokens of a text, as a model asks for it.
struct TextReader: Sendable {
  let cleaner: Cleaner
  let tokenizer: Tokenizer

  /// - Parameters:
  ///   - name: what the model is called in errors.
  ///   - profile: how texts are cleaned; nil as the model was trained.
  /// - Throws: `SentimentError` when the vocabulary or the name of the profile is wrong.
  init(_ model: Model, name: String, cleaning profile: CleaningProfile? = nil) throws(SentimentError) {
    guard let profile = profile ?? CleaningProfile(rawValue: model.architecture.cleaning) else {
      throw SentimentError(
        model: name, reason: "config.json: no cleaning profile is named \"\(model.architecture.cleaning)\"")
    }
    let lines = model.vocabulary.bytes(in: 0..<model.vocabulary.byteCount)
    do {
      tokenizer = Tokenizer(vocabulary: try Vocabulary(lines: lines.span))
    } catch {
      throw SentimentError(model: name, reason: "vocab.txt: \(error)")
    }
    cleaner = Cleaner(
      profile, vocabulary: tokenizer.vocabulary, findsMarks: model.architecture.marks != nil)
  }
}
