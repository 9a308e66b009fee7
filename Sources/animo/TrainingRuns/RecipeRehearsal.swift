import AWDLSTM
import Datasets
import Glibc
import SystemCalls
import Training

/// A dry run of a recipe: reads everything and trains some minibatches, without keeping anything.
struct RecipeRehearsal {
  private let recipe: Recipe
  private let scratch: ScratchFolder
  private let signals: SignalWatch

  /// - Parameter stop: the request to stop.
  init(_ path: String, stop: StopRequest) throws {
    signals = try SignalWatch([SIGINT, SIGTERM], patience: 60_000) { stop.request() }
    scratch = ScratchFolder(path: try Recipe(path: path).work + ".dry-run")
    recipe = try Recipe(path: path, work: scratch.path, stop: stop)
  }

  /// - Returns: the estimates as text.
  func run() throws -> String {
    try recipe.requireFiles()
    let folder = try scratch.make()
    defer { withExtendedLifetime(folder) { scratch.remove() } }
    let text: String
    do { text = try report() } catch let stopped as TrainingStopped {
      endIfStopped()
      throw stopped
    }
    endIfStopped()
    return text
  }

  private func endIfStopped() {
    guard let signal = signals.received else { return }
    scratch.remove()
    SignalDescriptor.end(by: signal)
  }

  private func report() throws -> String {
    if recipe.from != nil { try recipe.classifier.requireFit(of: recipe.startingModel()) }
    var text = ""
    if let label = recipe.label { text += try LabelRun(label).run() + "\n" }
    if case .made(let vocabulary) = recipe.words { text += try VocabularyRun(vocabulary).run() + "\n" }
    let start =
      try recipe.languageModels.isEmpty
      ? LanguageModelStart(recipe.startingModel()) : recipe.start(after: nil)
    let shape = start.parameters.encoder.shape
    text += "\(NumberText.grouped(shape.parameters)) parameters: embedding \(shape.embeddingSize), "
    text += "hidden \(shape.hiddenSize), layers \(shape.layerCount); "
    let numbers = shape.parameters + recipe.classifier.labels.count * (recipe.wide?.shape.buckets ?? 0)
    text += "the model takes \(NumberText.megabytes(4 * numbers)), "
    text += "with 8-bit weights \(NumberText.megabytes(numbers))\n\n"
    try RecipeCheck.checkMarks(of: recipe, start.vocabulary, isQuiet: false)
    let stages =
      try recipe.languageModels.map { try stage($0, start) } + classifierStages(start) + wideStages(start)
    return text + RehearsedStage.table(stages)
  }

  private func stage(_ request: LanguageModelRequest, _ start: LanguageModelStart) throws -> RehearsedStage {
    let texts = try LanguageModelRun(request, from: start).read()
    let (recipe, counts) = (texts.recipe ?? request.recipe, texts.counts)
    let minibatches = TokenStreams.minibatches(
      tokens: counts.learnt.tokens, rows: recipe.rows, length: recipe.length)
    return RehearsedStage(
      name: request.name, epochs: recipe.frozenEpochs + recipe.epochs, minibatches: minibatches,
      tokens: minibatches * recipe.rows * recipe.length,
      memory: MemoryEstimate.languageModel(
        start.parameters.encoder.shape, recipe, tokens: counts.learnt.tokens + counts.judged.tokens),
      tokensPerSecond: Rehearsal.languageModel(start.parameters, documents: texts.documents, recipe))
  }

  private func classifierStages(_ start: LanguageModelStart) throws -> [RehearsedStage] {
    let request = recipe.classifier
    let tweets = try ClassifierRun(request, start.vocabulary).read()
    let untrained =
      try recipe.languageModels.isEmpty
      ? request.start(from: recipe.startingModel()) : ClassifierStart(start.parameters.encoder)
    let speeds = Rehearsal.classifier(
      from: untrained, classes: request.labels.count, examples: tweets.examples, tweets.recipe)
    let memory = try MemoryEstimate.classifier(
      untrained.encoder.shape, tweets.recipe, teacher: request.teacherShape(), examples: tweets.examples,
      validation: tweets.validation)
    let size = tweets.recipe.batchSize
    return zip(request.recipe.stages, speeds).enumerated().map { index, stage in
      RehearsedStage(
        name: "classifier-\(index + 1)", epochs: stage.0.epochs,
        minibatches: (tweets.examples.count + size - 1) / size, tokens: tweets.counts.learnt.tokens,
        memory: memory, tokensPerSecond: stage.1)
    }
  }

  /// The wide term, if the recipe has one: its features count as tokens, the solver's steps as epochs.
  private func wideStages(_ start: LanguageModelStart) throws -> [RehearsedStage] {
    guard let wide = recipe.wide else { return [] }
    let request = recipe.classifier
    let tweets = try WideTweets(
      request, wide.shape, start.vocabulary, request.cleaning, maximumTokens: request.maximumTokens)
    let counts = tweets.counts
    return [
      RehearsedStage(
        name: ULMFiT.wideStage, epochs: wide.iterations, minibatches: 1, tokens: counts.learnt.tokens,
        memory: MemoryEstimate.wide(
          wide, labels: request.labels.count, tweets: counts.learnt.texts + counts.judged.texts,
          features: counts.learnt.tokens + counts.judged.tokens),
        tokensPerSecond: Rehearsal.wide(tweets.examples, wide))
    ]
  }
}

/// The estimated cost of a stage of training.
struct RehearsedStage: Equatable {
  var name: String
  var epochs: Int
  /// Of one epoch.
  var minibatches: Int
  /// Of one epoch.
  var tokens: Int
  /// In bytes.
  var memory: Int
  var tokensPerSecond: Double

  /// Of all epochs, without validations.
  var seconds: Double { Double(epochs * tokens) / max(tokensPerSecond, 1e-9) }

  /// Some stages and their sum, as text.
  static func table(_ stages: [RehearsedStage]) -> String {
    let rows = stages.map { stage in
      [
        stage.name, "\(stage.epochs)", NumberText.grouped(stage.minibatches),
        NumberText.grouped(stage.tokens),
        NumberText.megabytes(stage.memory), NumberText.fixed(stage.tokensPerSecond, decimals: 0),
        NumberText.duration(stage.seconds),
      ]
    }
    let head = ["stage", "epochs", "minibatches", "tokens", "memory", "tokens/s", "time"]
    let total = [
      "in all", "", "", "", NumberText.megabytes(stages.map(\.memory).max() ?? 0), "",
      NumberText.duration(stages.reduce(0) { $0 + $1.seconds }),
    ]
    return TextTable(columns: [.left, .right, .right, .right, .right, .right, .right]).text(
      [head] + rows + [total])
  }
}
