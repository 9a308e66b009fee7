import AWDLSTM
import Datasets
import Evaluation
import Training
import TweetText

/// Trains a classifier from labelled tweets and a language model.
struct ClassifierRun {
  private let request: ClassifierRequest
  private let vocabulary: Vocabulary

  /// - Parameter vocabulary: the language model's.
  init(_ request: ClassifierRequest, _ vocabulary: Vocabulary) {
    self.request = request
    self.vocabulary = vocabulary
  }

  /// Reads the tweets and reports their number.
  ///
  /// - Throws: `ModelError` for labels that no model can have; when a file cannot be read; `CommandFailure`
  ///   when a class has no tweets.
  func read() throws -> ClassifierTweets {
    try checkLabels()
    let tweets = try ClassifierTweets(request, vocabulary)
    try LabelledSides.requireAll(
      request, of: "classifier", learnt: tweets.examples.filter { $0.weight > 0 }.map(\.target),
      judged: tweets.validation.map(\.target))
    let (wanted, fitted) = (request.recipe, tweets.recipe)
    if fitted != wanted {
      request.reading.tell(
        "classifier: \(NumberText.grouped(tweets.examples.count)) tweets are few for minibatches of "
          + "\(wanted.batchSize); using \(fitted.batchSize), and lowering the rate in proportion"
      )
    }
    return tweets
  }

  /// Checks the labels as the finished model would be: at the end of the training it would be too late.
  private func checkLabels() throws {
    let labels = request.labels.names
    try Architecture(
      vocabularySize: vocabulary.count, embeddingSize: 1, hiddenSize: 1, layerCount: 1,
      headSizes: [3, labels.count], labels: labels, cleaning: request.cleaning.rawValue,
      maximumTokens: request.maximumTokens
    ).check()
  }

  /// Trains on the tweets and fits the temperature on the validation tweets.
  ///
  /// - Parameter stages: receives the best state of each stage.
  /// - Throws: `TrainingStopped` after a request to stop.
  func train(
    on tweets: ClassifierTweets, from start: Model, _ ulmfit: ULMFiT, keepingIn stages: StageModels
  ) throws -> NewModel {
    try ulmfit.log.appendOnce(LogEntry(stage: "classifier", tweets.counts))
    let learnt = LearntTexts(of: start).adding(tweets.hashes)
    let trained = try ulmfit.classifier(
      from: request.start(from: start), classes: request.labels.count, examples: tweets.examples,
      validation: tweets.validation, tweets.recipe
    ) { stage, best in
      let confusion = LabelConfusion(
        labels: request.labels.names, targets: tweets.validation.map(\.target), logits: best.validationLogits)
      try ulmfit.log.appendOnce(LogEntry(stage: stage, confusion))
      if stage != ULMFiT.untrained {
        try stages.keep(model(best, tweets, learnt, temperature: self.temperature(best, tweets)), of: stage)
      }
    }
    let temperature = temperature(trained, tweets)
    StandardError.write("animo: temperature \(NumberText.fixed(temperature, decimals: 4))\n")
    return model(trained, tweets, learnt, temperature: temperature)
  }

  private func model(
    _ trained: TrainedClassifier, _ tweets: ClassifierTweets, _ learnt: LearntTexts, temperature: Double
  ) -> NewModel {
    var model = trained.newModel(
      labels: request.labels.names, vocabulary: vocabulary.tokens, cleaning: request.cleaning.rawValue,
      maximumTokens: request.maximumTokens, temperature: temperature, rounding: tweets.recipe.rounding)
    model.learnt = learnt.bytes
    return model
  }

  private func temperature(_ trained: TrainedClassifier, _ tweets: ClassifierTweets) -> Double {
    let logits = trained.validationLogits
    let rows = (0..<logits.rows).map { row in
      (0..<logits.columns).map { Double(logits[row: row, column: $0]) }
    }
    return Temperature.fit(logits: rows, targets: tweets.validation.map(\.target)).value
  }
}

/// The tweets of a classifier, as tokens.
struct ClassifierTweets {
  /// For training, and for validation.
  let examples: [TokenisedExample]
  let validation: [TokenisedExample]
  /// The requested recipe, with smaller minibatches if the tweets are few.
  let recipe: ClassifierRecipe
  /// Of the training tweets.
  let hashes: [TextHash]
  private let split: SplitReport

  /// Reads the requested tweets.
  init(_ request: ClassifierRequest, _ vocabulary: Vocabulary) throws {
    var reader = TokenReader(vocabulary, cleaning: request.cleaning, limit: request.maximumTokens)
    var tweets: [TokenisedExample] = []
    var (hasher, hashes) = (TextHasher(request.cleaning), [TextHash?]())
    let sides = try LabelledSides(request, stage: "classifier") { example, weight in
      tweets.append(reader.example(example, weight: weight))
      hashes.append(hasher.hash(example.text.span))
    }
    let learnt = sides.training.compactMap { hashes[$0] }
    // A split keeps equal tweets on one side; files may have them on both.
    if !request.validation.isEmpty {
      Self.warn(request.reading, of: sides.validation.map { hashes[$0] }, among: Set(learnt))
    }
    self.hashes = learnt
    examples = sides.training.map { tweets[$0] }
    validation = sides.validation.map { TokenisedExample(ids: tweets[$0].ids, target: tweets[$0].target) }
    split = sides.split
    recipe = request.recipe.fitted(tweets: examples.count)
  }

  /// Warns of validation tweets that are learnt from too.
  private static func warn(
    _ reading: CorpusReading, of validation: [TextHash?], among learnt: Set<TextHash>
  ) {
    let met = validation.compactMap { $0 }.count { learnt.contains($0) }
    guard met > 0 else { return }
    reading.tell(
      "classifier: \(NumberText.grouped(met)) of the \(NumberText.grouped(validation.count)) tweets "
        + "to judge by are among those to learn from, so the figures flatter the model")
  }

  /// For the log.
  var counts: TextCounts {
    TextCounts(learnt: Self.count(examples), judged: Self.count(validation), moved: split.moved)
  }

  private static func count(_ examples: [TokenisedExample]) -> TextCounts.Side {
    TextCounts.Side(texts: examples.count, tokens: examples.reduce(0) { $0 + $1.ids.count })
  }
}
