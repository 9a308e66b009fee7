import AWDLSTM
import Datasets
import Evaluation
import Training
import TweetText

/// Labelled tweets and a language model to a classifier.
struct ClassifierRun {
  private let request: ClassifierRequest
  private let vocabulary: Vocabulary

  /// - Parameter vocabulary: the language model's.
  init(_ request: ClassifierRequest, _ vocabulary: Vocabulary) {
    self.request = request
    self.vocabulary = vocabulary
  }

  /// Reads the tweets, and says how many there are.
  ///
  /// - Throws: when a file cannot be read; `CommandFailure` when a class has no tweets.
  func read() throws -> ClassifierTweets {
    let tweets = try ClassifierTweets(request, vocabulary)
    let sides = (tweets.examples.map(\.label), tweets.validation.map(\.label))
    try TrainedLabels.requireBoth(of: "classifier", learnt: sides.0, judged: sides.1)
    return tweets
  }

  /// Trains on the tweets, and finds the temperature that suits those held back.
  ///
  /// - Throws: `TrainingStopped` when somebody wished that.
  func train(on tweets: ClassifierTweets, over languageModel: Model, _ ulmfit: ULMFiT) throws -> NewModel {
    try ulmfit.log.appendOnce(LogEntry(stage: "classifier", tweets.counts))
    let trained = try ulmfit.classifier(
      over: EncoderParameters(languageModel), classes: TrainedLabels.all.count, examples: tweets.examples,
      validation: tweets.validation, request.recipe)
    let temperature = Self.temperature(trained.validationLogits, tweets.validation)
    StandardError.write("animo: temperature \(NumberText.fixed(temperature, decimals: 4))\n")
    return trained.newModel(
      labels: TrainedLabels.all, vocabulary: vocabulary.tokens, cleaning: request.cleaning.rawValue,
      maximumTokens: request.maximumTokens, temperature: temperature)
  }

  private static func temperature(_ logits: Tensor, _ validation: [TokenisedExample]) -> Double {
    let rows = (0..<logits.rows).map { row in
      (0..<logits.columns).map { Double(logits[row: row, column: $0]) }
    }
    return Temperature.fit(logits: rows, truths: validation.map(\.label)).value
  }
}

/// The tweets of a classifier, as tokens.
struct ClassifierTweets {
  /// To learn from, and to judge by.
  let examples: [TokenisedExample]
  let validation: [TokenisedExample]
  private let split: SplitReport

  /// Reads the tweets that are asked for.
  init(_ request: ClassifierRequest, _ vocabulary: Vocabulary) throws {
    let texts = try LabelledSides(request, stage: "classifier")
    var reader = TokenReader(vocabulary, cleaning: request.cleaning, limit: request.maximumTokens)
    examples = texts.training.map { reader.example($0.example, weight: $0.weight) }
    validation = texts.validation.map { reader.example($0.example) }
    split = texts.split
  }

  /// For the log.
  var counts: TextCounts {
    TextCounts(learnt: Self.count(examples), judged: Self.count(validation), moved: split.moved)
  }

  private static func count(_ examples: [TokenisedExample]) -> TextCounts.Side {
    TextCounts.Side(texts: examples.count, tokens: examples.reduce(0) { $0 + $1.ids.count })
  }
}
