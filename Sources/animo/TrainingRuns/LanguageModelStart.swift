import AWDLSTM
import Datasets
import Training
import TweetText

/// The starting point of training a language model: its vocabulary and weights.
struct LanguageModelStart {
  /// By id.
  let tokens: [String]
  let vocabulary: Vocabulary
  let parameters: LanguageModelParameters
  /// Whether they are those of another model.
  let isTrained: Bool
  /// What the model has learnt from that it starts from.
  let learnt: LearntTexts

  /// A model with random weights.
  ///
  /// - Throws: `CommandFailure` if there is not the memory to train a network of these sizes.
  init(_ vocabulary: Vocabulary, _ sizes: NetworkSizes, seed: UInt64) throws {
    let shape = sizes.shape(words: vocabulary.count)
    try Capacity(memory: 4 * MemoryEstimate.copies * shape.parameters).check()
    self.vocabulary = vocabulary
    (learnt, isTrained) = (LearntTexts(), false)
    tokens = vocabulary.tokens
    var generator = RandomStream(seed: seed).generator("parameters", step: 0)
    parameters = LanguageModelParameters(shape, using: &generator)
  }

  /// A model that starts from another: a language model, or the encoder of a classifier.
  ///
  /// - Parameter newWords: its vocabulary; nil for that of the other model.
  init(_ model: Model, words newWords: Vocabulary? = nil) throws {
    let old = try LanguageModelParameters(model)
    (learnt, isTrained) = (LearntTexts(of: model), true)
    guard let newWords else {
      vocabulary = try Vocabulary(of: model)
      (tokens, parameters) = (vocabulary.tokens, old)
      return
    }
    vocabulary = newWords
    tokens = newWords.tokens
    let (mapped, known) = old.mapped(from: try model.tokens(), to: tokens)
    parameters = mapped
    StandardError.write(
      "animo: \(NumberText.grouped(known)) of \(NumberText.grouped(tokens.count)) words are known from "
        + "\(model.configuration.name)\n")
  }
}

extension Vocabulary {
  /// The vocabulary of a model.
  ///
  /// - Throws: `ModelError` if the model's `vocab.txt` is invalid.
  init(of model: Model) throws(ModelError) {
    let bytes = model.vocabulary.bytes(in: 0..<model.vocabulary.byteCount)
    do {
      self = try Vocabulary(lines: bytes.span)
    } catch {
      throw ModelError(file: model.vocabulary.name, expected: "a token a line", found: "\(error)")
    }
  }

  /// All tokens by id.
  var tokens: [String] { (0..<Int32(count)).map(token) }
}
