import AWDLSTM
import Datasets
import Training
import TweetText

/// One run of `animo train language-model`, from files of texts to a model folder.
struct LanguageModelRun {
  private let command: Train.LanguageModel
  private let tokens: [String]
  private let vocabulary: Vocabulary
  private let start: LanguageModelParameters

  /// - Throws: when the vocabulary or the model to go on from cannot be read.
  init(_ command: Train.LanguageModel) throws {
    self.command = command
    let old = try command.from.map { try Model(directory: $0) }
    if let path = command.vocabulary {
      vocabulary = try VocabularyFile(path: path).read()
      tokens = (0..<Int32(vocabulary.count)).map(vocabulary.token)
    } else if let old {
      tokens = try old.tokens()
      let bytes = old.vocabulary.bytes(in: 0..<old.vocabulary.byteCount)
      vocabulary = try Vocabulary(lines: bytes.span)
    } else {
      throw CommandFailure(.usage, "name a vocabulary with --vocabulary, or a model with --from")
    }
    let words = tokens
    start = try old.map { try Self.mapped($0, to: words) } ?? Self.random(command, words: words.count)
  }

  func run() throws {
    let (documents, validation) = try read()
    StandardError.write(
      "animo: \(NumberText.grouped(documents.ids.count)) tokens of \(NumberText.grouped(documents.count)) texts to "
        + "learn from, \(NumberText.grouped(validation.ids.count)) to judge by\n")
    try requireEnough(documents, "learn from")
    try requireEnough(validation, "judge by")
    let trained = try command.training.workshop(for: command.output).run { ulmfit in
      try ulmfit.languageModel(
        named: "language-model", start, documents: documents, validation: validation, command.recipe)
    }
    try command.training.write(
      trained.newModel(
        vocabulary: tokens, cleaning: command.training.clean.rawValue,
        maximumTokens: command.training.maxTokens),
      to: command.output)
  }

  private static func mapped(_ model: Model, to tokens: [String]) throws -> LanguageModelParameters {
    let old = try model.tokens()
    let (parameters, known) = try LanguageModelParameters(model).mapped(from: old, to: tokens)
    StandardError.write(
      "animo: \(NumberText.grouped(known)) of \(NumberText.grouped(tokens.count)) words are known from "
        + "\(model.configuration.name)\n")
    return parameters
  }

  private static func random(_ command: Train.LanguageModel, words: Int) -> LanguageModelParameters {
    var generator = RandomStream(seed: command.training.seed).generator("parameters", step: 0)
    return LanguageModelParameters(
      EncoderShape(
        vocabularySize: words, embeddingSize: command.embedding, hiddenSize: command.hidden,
        layerCount: command.layers), using: &generator)
  }

  /// The texts of the corpora, and those to judge by: of files of their own, or every so manieth text.
  private func read() throws -> (documents: TokenDocuments, validation: TokenDocuments) {
    var (documents, validation) = (TokenDocuments(), TokenDocuments())
    var reader = TokenReader(vocabulary, cleaning: command.training.clean)
    let share = command.validation.isEmpty ? command.validationShare : 0
    var random = RandomStream(seed: command.training.seed).generator("validation", step: 0)
    _ = try command.reading.forEachText(of: try command.reading.corpus(command.corpora)) { text in
      let ids = reader.ids(of: text)
      if Double(random.nextFraction()) < share { validation.append(ids) } else { documents.append(ids) }
    }
    if !command.validation.isEmpty {
      _ = try command.reading.forEachText(of: try command.reading.corpus(command.validation)) { text in
        validation.append(reader.ids(of: text))
      }
    }
    return (documents, validation)
  }

  private func requireEnough(_ documents: TokenDocuments, _ purpose: String) throws {
    let recipe = command.recipe
    let minibatches = TokenStreams.minibatches(
      tokens: documents.ids.count, rows: recipe.rows, length: recipe.length)
    guard minibatches == 0 else { return }
    throw CommandFailure(
      .dataError,
      "there are \(documents.ids.count) tokens to \(purpose), too few for a minibatch of \(recipe.rows) rows × "
        + "\(recipe.length) steps; give more text, or smaller --batch and --bptt")
  }
}
