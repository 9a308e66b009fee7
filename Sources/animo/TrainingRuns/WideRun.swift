import AWDLSTM
import Datasets
import Evaluation
import Training
import TweetText

/// Adds a wide term to a classifier, trained on the classifier's tweets.
struct WideRun {
  private let request: ClassifierRequest
  private let labels: LabelSet
  private let recipe: WideRecipe
  private let model: Model

  /// - Parameters:
  ///   - request: the tweets, divided as for the classifier. The model determines cleaning and maximum length.
  ///   - model: the classifier.
  /// - Throws: `CommandFailure` if it is invalid, or does not have the labels of the files.
  init(_ request: ClassifierRequest, _ recipe: WideRecipe, beside model: Model) throws {
    (self.request, self.recipe, self.model) = (request, recipe, model)
    labels = request.labels
    let (names, needed) = (model.architecture.labels, request.fileLabels)
    guard !names.isEmpty, names == labels.names, needed.allSatisfy(names.contains) else {
      throw CommandFailure(
        .configuration,
        "a wide term requires a classifier"
          + (needed.isEmpty ? "" : " with the labels \(needed.joined(separator: ", "))"))
    }
  }

  /// Reads the tweets and reports their number.
  ///
  /// - Throws: when a file cannot be read; `CommandFailure` when a class has no tweets.
  func read() throws -> WideTweets {
    let architecture = model.architecture
    guard let cleaning = CleaningProfile(rawValue: architecture.cleaning) else {
      throw CommandFailure(.configuration, "no cleaning profile is named \"\(architecture.cleaning)\"")
    }
    let tweets = try WideTweets(
      request, recipe.shape, Vocabulary(of: model), cleaning, maximumTokens: architecture.maximumTokens)
    let learnt = zip(tweets.examples.targets, tweets.examples.weights).compactMap { target, weight in
      weight > 0 ? target : nil
    }
    try LabelledSides.requireAll(
      request, of: ULMFiT.wideStage, learnt: learnt, judged: tweets.validation.targets)
    warn(of: tweets)
    return tweets
  }

  /// Warns of validation tweets that the classifier has learnt from, as with another seed or order of files:
  /// it is right about them more often than about others, and the blend would trust it too much.
  private func warn(of tweets: WideTweets) {
    let learnt = LearntTexts(of: model)
    let met = tweets.heldBack.count { learnt.contains($0) }
    let expected = Double(tweets.heldBack.count) * learnt.errorRate
    guard Double(met) > expected + 3 * expected.squareRoot() else { return }
    request.reading.tell(
      "\(ULMFiT.wideStage): the classifier has learnt from \(NumberText.grouped(met)) of the "
        + "\(NumberText.grouped(tweets.validation.count)) tweets to judge by; use the tweets, the validation "
        + "share and the seed that it was trained with")
  }

  /// Trains on the tweets and fits the temperature on the validation tweets.
  ///
  /// - Throws: `TrainingStopped` after a request to stop.
  func train(on tweets: WideTweets, _ ulmfit: ULMFiT) throws -> NewModel {
    try ulmfit.log.forget(from: ULMFiT.wideStage)
    try ulmfit.log.append(LogEntry(stage: ULMFiT.wideStage, tweets.counts))
    let trained = try ulmfit.wide(
      beside: Network(model), examples: tweets.examples, validation: tweets.validation, ids: tweets.ids,
      recipe)
    let temperature = Temperature.fit(
      logits: trained.validationLogits, targets: tweets.validation.targets)
    ulmfit.say(Self.summary(trained.blend, temperature: temperature.value))
    var new = try model.adding(trained, temperature: temperature.value)
    new.learnt = LearntTexts(of: model).adding(tweets.hashes).bytes
    return new
  }

  private static func summary(_ blend: Blend, temperature: Double) -> String {
    func text(_ number: Double) -> String { NumberText.fixed(number, decimals: 4) }
    let (left, constants) = (
      blend.constants.count == 1 ? "log-odds" : "logits", blend.constants.map(text).joined(separator: ", ")
    )
    return "\(ULMFiT.wideStage): \(left) = \(text(blend.network)) network + \(text(blend.wide)) wide"
      + " + \(blend.constants.count == 1 ? constants : "(\(constants))"), temperature \(text(temperature))"
  }
}

/// The tweets of a wide term: the features of all, and the tokens of the validation tweets.
struct WideTweets {
  /// For training, and for validation.
  private(set) var examples: WideExamples
  private(set) var validation: WideExamples
  /// Of the validation tweets.
  private(set) var ids: [[Int32]] = []
  /// Of the training tweets.
  let hashes: [TextHash]
  /// Of the validation tweets.
  let heldBack: [TextHash]
  private let moved: Int

  /// Reads the requested tweets as the classifier with this vocabulary reads them.
  init(
    _ request: ClassifierRequest, _ shape: WideShape, _ vocabulary: Vocabulary, _ cleaning: CleaningProfile,
    maximumTokens: Int
  ) throws {
    let ngrams = HashedNGrams(
      buckets: shape.buckets, words: shape.words, characters: shape.characters, negation: shape.negation)
    let cleaner = Cleaner(cleaning, vocabulary: vocabulary)
    var reader = TokenReader(vocabulary, cleaning: cleaning, limit: maximumTokens)
    var tweets = WideExamples(ngrams, labels: request.labels.count)
    var (tokens, cleaned): (TokenLists, [UInt8]) = (TokenLists(), [])
    var (hasher, hashes) = (TextHasher(cleaning), [TextHash?]())
    let sides = try LabelledSides(request, stage: ULMFiT.wideStage) { example, weight in
      cleaned.removeAll(keepingCapacity: true)
      cleaner.clean(example.text.span, appendingTo: &cleaned)
      let cleaned = cleaned
      tweets.append(cleaned.span, target: example.target, weight: weight)
      tokens.append(reader.ids(of: example.text.span))
      hashes.append(hasher.hash(example.text.span))
    }
    self.hashes = sides.training.compactMap { hashes[$0] }
    heldBack = sides.validation.compactMap { hashes[$0] }
    moved = sides.split.moved
    validation = tweets.remove(sides.validation)
    examples = tweets
    ids = sides.validation.map { tokens[$0] }
  }

  /// For the log.
  var counts: TextCounts {
    TextCounts(
      learnt: TextCounts.Side(texts: examples.count, tokens: examples.featureCount),
      judged: TextCounts.Side(texts: validation.count, tokens: validation.featureCount), moved: moved)
  }
}

/// The tokens of many texts, concatenated: separate arrays would take twice the memory.
private struct TokenLists {
  private var ids: [Int32] = []
  private var ends = [0]

  mutating func append(_ new: [Int32]) {
    ids += new
    ends.append(ids.count)
  }

  subscript(text: Int) -> [Int32] { Array(ids[ends[text]..<ends[text + 1]]) }
}
