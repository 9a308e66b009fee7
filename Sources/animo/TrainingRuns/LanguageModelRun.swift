import AWDLSTM
import Datasets
import Training
import TweetText

/// Trains a language model from files of texts.
struct LanguageModelRun {
  private let request: LanguageModelRequest
  private let start: LanguageModelStart

  init(_ request: LanguageModelRequest, from start: LanguageModelStart) {
    self.request = request
    self.start = start
  }

  /// Reads the texts and reports their number.
  ///
  /// - Throws: when a file cannot be read; `CommandFailure` when there are too few texts.
  func read() throws -> LanguageModelTexts { try Self.texts(of: request, start.vocabulary) }

  /// The same, for any vocabulary.
  static func texts(of request: LanguageModelRequest, _ vocabulary: Vocabulary) throws -> LanguageModelTexts {
    let texts = try LanguageModelTexts(request, vocabulary)
    let (learnt, judged) = (texts.documents, texts.validation)
    request.reading.tell(
      "\(request.name): \(NumberText.grouped(learnt.ids.count)) tokens of "
        + "\(NumberText.grouped(learnt.count)) texts to learn from, \(NumberText.grouped(judged.ids.count)) of "
        + "\(NumberText.grouped(judged.count)) to judge by")
    guard judged.ids.count >= 2, let fitted = texts.recipe else {
      throw CommandFailure(
        .dataError,
        "\(request.name): there is no text to \(texts.recipe == nil ? "learn from" : "judge by"); give more text, "
          + "or another share for validation")
    }
    let wanted = request.recipe
    if fitted != wanted {
      request.reading.tell(
        "\(request.name): \(NumberText.grouped(learnt.ids.count)) tokens are few for minibatches of "
          + "\(wanted.rows) × \(wanted.length); using \(fitted.rows) × \(fitted.length), and lowering the rate in proportion"
      )
    }
    return texts
  }

  /// Trains on the texts.
  ///
  /// - Parameter stages: receives the best state of each stage.
  /// - Throws: `TrainingStopped` after a request to stop.
  func train(
    on texts: LanguageModelTexts, _ ulmfit: ULMFiT, keepingIn stages: StageModels
  ) throws -> NewModel {
    try ulmfit.log.appendOnce(LogEntry(stage: request.name, texts.counts))
    let trained = try ulmfit.languageModel(
      named: request.name, start.parameters, isTrained: start.isTrained, documents: texts.documents,
      validation: texts.validation, texts.recipe ?? request.recipe
    ) { stage, best in
      try stages.keep(model(best), of: stage)
    }
    return model(trained)
  }

  /// The model remembers the labelled texts of the one that it starts from. What it reads itself has no labels, and
  /// gives none away.
  private func model(_ parameters: LanguageModelParameters) -> NewModel {
    var model = parameters.newModel(
      vocabulary: start.tokens, cleaning: request.cleaning.rawValue, maximumTokens: request.maximumTokens)
    model.learnt = start.learnt.bytes
    return model
  }
}

/// The texts of a language model, as tokens.
struct LanguageModelTexts {
  /// For training, and for validation.
  private(set) var documents = TokenDocuments()
  private(set) var validation = TokenDocuments()
  /// The report on keeping near-duplicates on one side; empty if there are validation files.
  private var split = SplitReport()
  private let wanted: LanguageModelRecipe

  /// The requested recipe, with smaller minibatches if the texts are few; nil if there is none to learn from.
  var recipe: LanguageModelRecipe? { wanted.fitted(tokens: documents.ids.count) }

  /// Reads the requested texts. Texts of one author and near-duplicates stay on one side.
  init(_ request: LanguageModelRequest, _ vocabulary: Vocabulary) throws {
    wanted = request.recipe
    let corpus = try request.reading.corpus(request.corpora)
    let named = try request.reading.corpus(request.validation)
    var reader = TokenReader(vocabulary, cleaning: request.cleaning)
    guard named.files.isEmpty else {
      try request.reading.forEachText(of: corpus) { documents.append(reader.ids(of: $0)) }
      try request.reading.forEachText(of: named) { validation.append(reader.ids(of: $0)) }
      return
    }
    var builder = SplitBuilder(SplitOptions(share: request.validationShare, seed: request.recipe.seed))
    try request.reading.forEachRecord(of: corpus) { record in
      documents.append(reader.ids(of: record.text.span))
      builder.add(record.text.span, author: record.author)
    }
    let split = builder.split()
    self.split = split.report
    request.reading.tell("\(request.name): \(split.report)")
    validation = documents.texts(split.validation)
    documents = documents.texts(split.training)
  }

  /// For the log.
  var counts: TextCounts {
    TextCounts(
      learnt: TextCounts.Side(texts: documents.count, tokens: documents.ids.count),
      judged: TextCounts.Side(texts: validation.count, tokens: validation.ids.count), moved: split.moved)
  }
}

extension SplitOptions {
  /// The case study's split without its leaks, with another share and seed.
  init(share: Double, seed: UInt64) {
    self.init()
    (validationShare, self.seed) = (share, seed)
  }
}

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
