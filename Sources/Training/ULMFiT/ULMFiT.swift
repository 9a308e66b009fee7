package import AWDLSTM
internal import Datasets
package import SystemCalls

/// Universal Language Model Fine-tuning (Howard & Ruder 2018): a general language model is fine-tuned on the kind of
/// text to be classified, and then becomes a classifier by gradual unfreezing of its layers.
///
/// ```swift
/// let prose = try ulmfit.languageModel(named: "prose", random, isTrained: false, documents: books, …, recipe) { … }
/// let tweets = try ulmfit.languageModel(named: "tweets", prose, isTrained: true, documents: …, …, recipe) { … }
/// let trained = try ulmfit.classifier(from: ClassifierStart(tweets.encoder), examples: …, validation: …, recipe) { … }
/// ```
///
/// Interrupted training can be resumed: finished stages are loaded from the folder, and the one that was stopped
/// continues from its checkpoint.
package struct ULMFiT {
  /// The folder of the checkpoints.
  package let folder: Directory
  package let log: TrainingLog
  /// Whether to resume from the checkpoints in the folder.
  package let resumes: Bool
  package let stop: StopRequest
  /// Called with the progress after every minibatch and validation.
  package let report: (StageReport) -> Void
  /// Called with messages for people, one line each.
  package let say: (String) -> Void

  package init(
    in folder: Directory, log: TrainingLog, resumes: Bool, stop: StopRequest,
    report: @escaping (StageReport) -> Void, say: @escaping (String) -> Void
  ) {
    self.folder = folder
    self.log = log
    self.resumes = resumes
    self.stop = stop
    self.report = report
    self.say = say
  }

  /// Trains a language model: first the embedding and the decoder only, if the recipe has frozen epochs, then
  /// everything.
  ///
  /// - Parameters:
  ///   - name: the name of the stages in files and in the log.
  ///   - start: what to start from.
  ///   - isTrained: whether that is a trained model: a stage is not resumed from another one.
  ///   - keep: called after each stage with its name and its best state, again when the training is resumed.
  /// - Throws: `TrainingStopped` if a stop was requested; training can be resumed.
  package func languageModel(
    named name: String, _ start: LanguageModelParameters, isTrained: Bool, documents: TokenDocuments,
    validation: TokenDocuments, _ recipe: LanguageModelRecipe,
    keep: (String, LanguageModelParameters) throws -> Void
  ) throws -> LanguageModelParameters {
    var parameters = start
    var data = Checksum()
    for texts in [documents, validation] { data.add(texts.ids) }
    let from = Checksum.from(isTrained ? start : nil)
    func train(_ name: String, epochs: Int, rates: DiscriminativeRates) throws {
      guard epochs > 0 else { return }
      var plan = StagePlan(
        name: name, epochs: epochs, groups: .languageModel(layers: parameters.encoder.layers.count),
        rates: rates)
      plan.optimiser.weightDecay = recipe.weightDecay
      plan.clipping = GradientClipping(limit: recipe.clip)
      plan.options = recipe.options + [from, data.option]
      var options = LanguageModelOptions(recipe)
      options.random = options.random.stream(name)
      let stage = LanguageModelStage(
        parameters, documents: documents, validation: validation, rows: recipe.rows, length: recipe.length,
        options)
      let run = try run(stage, plan)
      if let best = try run.best() { try keep(name, best.parameters) }
      try run.removeBest()
      parameters = run.stage.parameters
    }
    try train(
      "\(name)-frozen", epochs: recipe.frozenEpochs,
      rates: DiscriminativeRates(highest: 10 * recipe.rate, trained: 1))
    try train(name, epochs: recipe.epochs, rates: DiscriminativeRates(highest: recipe.rate))
    return parameters
  }

  /// Trains a classifier, with gradual unfreezing of the layer groups.
  ///
  /// - Parameter keep: called after each stage with its name and its best state, and before the first with the untrained
  ///   classifier, named `untrained`; again when the training is resumed.
  /// - Throws: `TrainingStopped` if a stop was requested; training can be resumed.
  package func classifier(
    from start: ClassifierStart, classes: Int, examples: [TokenisedExample],
    validation: [TokenisedExample], _ recipe: ClassifierRecipe,
    keep: (String, TrainedClassifier) throws -> Void
  ) throws -> TrainedClassifier {
    let examples = recipe.balancesClasses ? examples.balancingOdds : examples
    let (options, headSizes) = start.options(recipe, classes: classes, examples: examples)
    var trained = start.classifier(headSizes: headSizes, random: options.random)
    trained.validationLogits = Self.logits(of: validation, trained, headSizes: headSizes, options)
    try keep(Self.untrained, trained)
    var data = Checksum()
    for tweets in [examples, validation] { data.add(tweets) }
    let from = start.checksum
    let groups = LayerGroups.classifier(layers: start.encoder.layers.count)
    for (index, unfreezing) in recipe.stages.enumerated() {
      var plan = StagePlan(
        name: "classifier-\(index + 1)", epochs: unfreezing.epochs, groups: groups,
        rates: DiscriminativeRates(
          highest: recipe.rate * unfreezing.rateFactor, ratio: recipe.rateRatio, groups: groups.count,
          trained: unfreezing.groups))
      plan.optimiser.weightDecay = recipe.weightDecay
      plan.clipping = GradientClipping(limit: recipe.clip)
      plan.options = recipe.options + [unfreezing.option, from, Teacher.option(start.teacher), data.option]
      // Each stage has its own random orders and masks: with repeated masks, a network would memorise the labels of
      // repeated minibatches.
      var options = options
      options.random = options.random.stream(plan.name)
      var stage = ClassifierStage(
        trained.parameters, headSizes: headSizes, examples: examples, validation: validation,
        batchSize: recipe.batchSize, trainedGroups: unfreezing.groups, options)
      stage.state = trained.statistics
      let run = try run(stage, plan)
      trained = TrainedClassifier(
        parameters: run.stage.parameters, statistics: run.stage.state,
        validationLogits: run.stage.validationLogits())
      if let best = try run.best() {
        try keep(plan.name, run.isAtBest ? trained : Self.state(best, of: run.stage))
      }
      try run.removeBest()
    }
    return trained
  }

  /// The name of the classifier before its first stage.
  package static let untrained = "untrained"

  /// The logits of a classifier before its training. A function of its own, so that its network with all gradients is
  /// freed before the training begins.
  private static func logits(
    of validation: [TokenisedExample], _ classifier: TrainedClassifier, headSizes: [Int],
    _ options: ClassifierOptions
  ) -> Tensor {
    let network = ClassifierNetwork(classifier.parameters, headSizes: headSizes, options)
    network.statistics = classifier.statistics
    return network.logits(of: validation, classifier.parameters)
  }

  /// Another state of a stage's classifier.
  private static func state(
    _ other: (parameters: ClassifierParameters, state: HeadStatistics), of stage: ClassifierStage
  ) -> TrainedClassifier {
    // The statistics belong to the network, which all copies of the stage share.
    var stage = stage
    let kept = stage.state
    defer { stage.state = kept }
    (stage.parameters, stage.state) = other
    return TrainedClassifier(
      parameters: other.parameters, statistics: other.state, validationLogits: stage.validationLogits())
  }

  /// Runs one stage to its end.
  private func run<Work: Stage>(_ stage: Work, _ plan: StagePlan) throws -> StageRun<Work> {
    var run = StageRun(stage, plan: plan, in: folder, log: log)
    switch try run.run(resuming: resumes, stop: stop, report: report) {
    case .finished: break
    case .stopped: throw TrainingStopped(stage: plan.name)
    case .diverged(let why): say("\(plan.name): \(why); continuing from its best state")
    }
    if let validation = run.validation {
      let (loss, accuracy) = (rounded(validation.loss), rounded(validation.accuracy))
      say("\(plan.name): validation loss \(loss), accuracy \(accuracy)")
    }
    return run
  }

  /// A number for people, to four decimals.
  func rounded(_ number: Double) -> Double { (number * 10_000).rounded() / 10_000 }
}

/// A trained classifier.
package struct TrainedClassifier: Sendable {
  package var parameters: ClassifierParameters
  package var statistics: HeadStatistics
  /// The logits of the validation tweets, [tweets][classes].
  package var validationLogits: Tensor
}

/// Training was stopped on request, after saving, and can be resumed.
package struct TrainingStopped: Error, CustomStringConvertible {
  package let stage: String

  /// - Parameter stage: the stage that was interrupted.
  package init(stage: String) {
    self.stage = stage
  }

  package var description: String { "stopped during \(stage)" }
}

extension TrainedClassifier {
  /// A model with this classifier, ready to be written.
  ///
  /// - Parameters:
  ///   - labels: the classes in the order of the logits.
  ///   - vocabulary: tokens by id.
  ///   - cleaning: the cleaning profile of the training texts.
  ///   - maximumTokens: longer tweets were cut.
  ///   - temperature: the divisor of logits.
  ///   - rounding: what the weights were rounded to in training.
  package func newModel(
    labels: [String], vocabulary: [String], cleaning: String, maximumTokens: Int, temperature: Double,
    rounding: WeightRounding? = nil
  ) -> NewModel {
    var parameters = parameters
    if let rounding { parameters.encoder = parameters.encoder.rounded(rounding) }
    let shape = parameters.encoder.shape
    let headSizes = parameters.head.blocks.map(\.linear.weight.columns) + [labels.count]
    return NewModel(
      architecture: Architecture(
        vocabularySize: shape.vocabularySize, embeddingSize: shape.embeddingSize,
        hiddenSize: shape.hiddenSize, layerCount: shape.layerCount, headSizes: headSizes, labels: labels,
        cleaning: cleaning, maximumTokens: maximumTokens, temperature: temperature),
      vocabulary: vocabulary, tensors: parameters.namedTensors + statistics.namedTensors)
  }
}

extension EncoderParameters {
  /// The encoder of a model from its files, language model or classifier.
  package init(_ model: Model) throws(ModelError) {
    self.init(EncoderShape(model.architecture))
    try load(model)
  }
}
