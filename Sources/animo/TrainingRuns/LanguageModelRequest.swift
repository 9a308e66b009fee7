import Training
import TweetText

/// The texts and options for training a language model.
struct LanguageModelRequest: Sendable {
  /// The name of the stage in the log, in file names and in messages.
  var name = "language-model"
  /// Files of texts.
  var corpora: [String]
  /// Files of validation texts; empty if a share of the corpora is held back instead.
  var validation: [String] = []
  var validationShare = LanguageModelRequest.defaultValidationShare
  var reading = CorpusReading()
  var cleaning = CleaningProfile.standard
  /// The maximum number of tokens per tweet, stored in the model; training texts are not truncated.
  var maximumTokens = TrainingArguments.defaultMaximumTokens
  var recipe = LanguageModelRecipe()

  static let defaultValidationShare = 0.02
}

/// The sizes of a network whose vocabulary is not known yet; the defaults are the case study's.
struct NetworkSizes: Equatable, Sendable {
  /// E, the size of the word embeddings.
  var embedding = 400
  /// H, the number of units of the inner LSTM layers.
  var hidden = 1150
  var layers = 3

  /// The shape for a vocabulary of this size.
  func shape(words: Int) -> EncoderShape {
    EncoderShape(vocabularySize: words, embeddingSize: embedding, hiddenSize: hidden, layerCount: layers)
  }
}
