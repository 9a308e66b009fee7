import Training
import TweetText

/// What a language model is to learn from, and how.
struct LanguageModelRequest: Sendable {
  /// Names the stage in the log, its files and messages.
  var name = "language-model"
  /// Files with texts.
  var corpora: [String]
  /// Files with texts to judge by; none when a share of the corpora is to be held back.
  var validation: [String] = []
  var validationShare = LanguageModelRequest.defaultValidationShare
  var reading = CorpusReading()
  var cleaning = CleaningProfile.standard
  /// What the model says about itself: longer tweets will be cut. Texts that it learns from are not.
  var maximumTokens = TrainingArguments.defaultMaximumTokens
  var recipe = LanguageModelRecipe()

  static let defaultValidationShare = 0.02
}

/// The sizes of a network whose vocabulary is not known yet; the defaults are the case study's.
struct NetworkSizes: Equatable, Sendable {
  /// E, numbers of a word's embedding.
  var embedding = 400
  /// H, units of the inner LSTM layers.
  var hidden = 1150
  var layers = 3

  /// With so many words.
  func shape(words: Int) -> EncoderShape {
    EncoderShape(vocabularySize: words, embeddingSize: embedding, hiddenSize: hidden, layerCount: layers)
  }
}
