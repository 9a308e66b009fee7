import AWDLSTM
import Datasets
import Evaluation
import Training
import TweetText

/// A classifier and the tweets that it learnt from to the same classifier with a wide term.
struct WideRun {
  private let request: ClassifierRequest
  private let recipe: WideRecipe
  private let model: Model

  /// - Parameters:
  ///   - request: the tweets, divided as for the classifier. How texts are cleaned and cut is up to the model.
  ///   - model: the classifier.
  /// - Throws: `CommandFailure` when it is none of the two classes.
  init(_ request: ClassifierRequest, _ recipe: WideRecipe, beside model: Model) throws {
    (self.request, self.recipe, self.model) = (request, recipe, model)
    guard model.architecture.labels == TrainedLabels.all else {
      throw CommandFailure(
        .configuration,
        "a wide term is trained beside a classifier with the labels \(TrainedLabels.all.joined(separator: ", "))"
      )
    }
  }

  /// Reads the tweets, and says how many there are.
  ///
  /// - Throws: when a file cannot be read; `CommandFailure` when a class has no tweets.
  func read() throws -> WideTweets {
    let architecture = model.architecture
    guard let cleaning = CleaningProfile(rawValue: architecture.cleaning) else {
      throw CommandFailure(.configuration, "no cleaning profile is named \"\(architecture.cleaning)\"")
    }
    let tweets = try WideTweets(
      request, recipe.shape, Vocabulary(of: model), cleaning, maximumTokens: architecture.maximumTokens)
    try TrainedLabels.requireBoth(
      of: ULMFiT.wideStage, learnt: tweets.examples.labels, judged: tweets.validation.labels)
    return tweets
  }

  /// Trains on the tweets, and finds the temperature that suits those held back.
  ///
  /// - Throws: `TrainingStopped` when somebody wished that.
  func train(on tweets: WideTweets, _ ulmfit: ULMFiT) throws -> NewModel {
    try ulmfit.log.forget(from: ULMFiT.wideStage)
    try ulmfit.log.append(LogEntry(stage: ULMFiT.wideStage, tweets.counts))
    let trained = try ulmfit.wide(
      beside: Network(model), examples: tweets.examples, validation: tweets.validation, ids: tweets.ids,
      recipe)
    let temperature = Temperature.fit(
      logits: trained.validationLogOdds.map { [0, $0] }, truths: tweets.validation.labels)
    ulmfit.say(Self.summary(trained.blend, temperature: temperature.value))
    return try model.adding(trained, temperature: temperature.value)
  }

  private static func summary(_ blend: Blend, temperature: Double) -> String {
    func text(_ number: Double) -> String { NumberText.fixed(number, decimals: 4) }
    return "\(ULMFiT.wideStage): log-odds = \(text(blend.network)) network + \(text(blend.wide)) wide"
      + " + \(text(blend.constant)), temperature \(text(temperature))"
  }
}

/// The tweets of a wide term: the features of all, and the tokens of those held back.
struct WideTweets {
  /// To learn from, and to judge by.
  private(set) var examples: WideExamples
  private(set) var validation: WideExamples
  /// Of those to judge by.
  private(set) var ids: [[Int32]] = []
  private let moved: Int

  /// Reads the tweets that are asked for, as the classifier with this vocabulary reads them.
  init(
    _ request: ClassifierRequest, _ shape: WideShape, _ vocabulary: Vocabulary, _ cleaning: CleaningProfile,
    maximumTokens: Int
  ) throws {
    let sides = try LabelledSides(request, stage: ULMFiT.wideStage)
    moved = sides.split.moved
    let ngrams = HashedNGrams(buckets: shape.buckets, words: shape.words, characters: shape.characters)
    (examples, validation) = (WideExamples(ngrams), WideExamples(ngrams))
    let cleaner = Cleaner(cleaning)
    for tweet in sides.training { examples.append(tweet, cleaner) }
    var reader = TokenReader(vocabulary, cleaning: cleaning, limit: maximumTokens)
    for tweet in sides.validation {
      validation.append(tweet, cleaner)
      ids.append(reader.ids(of: tweet.example.text.span))
    }
  }

  /// For the log.
  var counts: TextCounts {
    TextCounts(
      learnt: TextCounts.Side(texts: examples.count, tokens: examples.featureCount),
      judged: TextCounts.Side(texts: validation.count, tokens: validation.featureCount), moved: moved)
  }
}

extension WideExamples {
  fileprivate mutating func append(_ tweet: LabelledSides.Weighted, _ cleaner: Cleaner) {
    var cleaned: [UInt8] = []
    cleaner.clean(tweet.example.text.span, appendingTo: &cleaned)
    append(cleaned.span, label: TrainedLabels.index(of: tweet.example.label), weight: tweet.weight)
  }
}
