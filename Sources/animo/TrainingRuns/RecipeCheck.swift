import AWDLSTM
import Datasets
import SystemCalls
import SystemPackage
import Training
import TweetText

/// Checks of a recipe before it trains anything, so that it does not fail after hours: of the data of every stage that
/// is still to be trained, and of the disk and the memory that the stages need.
struct RecipeCheck {
  private let recipe: Recipe
  /// The language models that are to be trained, and the steps after them.
  private let languageModels: [LanguageModelRequest]
  private let steps: [Recipe.Step]
  private let vocabulary: Vocabulary
  private let shape: EncoderShape

  /// - Precondition: labelled tweets and the vocabulary have been made.
  init(_ recipe: Recipe, languageModels: [LanguageModelRequest], steps: [Recipe.Step]) throws {
    (self.recipe, self.languageModels, self.steps) = (recipe, languageModels, steps)
    let model = try recipe.from == nil ? nil : recipe.startingModel()
    let made = try recipe.languageModels.isEmpty ? nil : recipe.vocabulary()
    switch (made, model) {
    case (let made?, let model?):
      let old = EncoderShape(model.architecture)
      vocabulary = made
      shape = EncoderShape(
        vocabularySize: made.count, embeddingSize: old.embeddingSize, hiddenSize: old.hiddenSize,
        layerCount: old.layerCount)
    case (let made?, nil): (vocabulary, shape) = (made, recipe.sizes.shape(words: made.count))
    case (nil, let model?):
      (vocabulary, shape) = (try Vocabulary(of: model), EncoderShape(model.architecture))
    case (nil, nil): preconditionFailure("a recipe has words or a model to start from")
    }
  }

  /// Checks everything, and reports what the stages need.
  ///
  /// - Throws: `CommandFailure` for a stage whose data do not suffice, and for too little disk or memory; what reading
  ///   throws.
  func run() throws {
    guard !(languageModels.isEmpty && steps.isEmpty) else { return }
    try requireDisk()
    // Before hours of reading, and again with the numbers of tokens.
    try Capacity(memory: 4 * MemoryEstimate.copies * shape.parameters).check()
    // At least the model itself, for marks.
    var memory = network
    for request in languageModels { memory = max(memory, try check(request)) }
    for step in steps {
      switch step {
      case .classifier: memory = max(memory, try checkClassifier())
      case .wide: memory = max(memory, try checkWideTerm())
      case .marks: try Self.checkMarks(of: recipe, vocabulary, isQuiet: true)
      }
    }
    try Capacity(memory: memory).check()
    StandardError.write(
      "animo: all data, folders and sizes checked; training takes up to \(NumberText.megabytes(memory)) of memory and "
        + "\(NumberText.megabytes(workBytes + outputBytes)) of disk\n")
  }

  private func check(_ request: LanguageModelRequest) throws -> Int {
    var request = request
    request.reading.isQuiet = true
    let texts = try LanguageModelRun.texts(of: request, vocabulary)
    let counts = texts.counts
    return MemoryEstimate.languageModel(
      shape, texts.recipe ?? request.recipe, tokens: counts.learnt.tokens + counts.judged.tokens)
  }

  private func checkClassifier() throws -> Int {
    var request = recipe.classifier
    request.reading.isQuiet = true
    let tweets = try ClassifierRun(request, vocabulary).read()
    return try MemoryEstimate.classifier(
      shape, tweets.recipe, teacher: request.teacherShape(), examples: tweets.examples,
      validation: tweets.validation)
  }

  private func checkWideTerm() throws -> Int {
    guard let wide = recipe.wide else { return 0 }
    var request = recipe.classifier
    request.reading.isQuiet = true
    let counts = try WideTweets(
      request, wide.shape, vocabulary, request.cleaning, maximumTokens: request.maximumTokens
    ).counts
    return MemoryEstimate.wide(
      wide, labels: request.labels.count, tweets: counts.learnt.texts + counts.judged.texts,
      features: counts.learnt.tokens + counts.judged.tokens)
  }

  /// Checks that the tweets of the marks, if the recipe has any, have enough of them: they are not the classifier's.
  ///
  /// - Parameter isQuiet: whether not to report their number.
  static func checkMarks(of recipe: Recipe, _ vocabulary: Vocabulary, isQuiet: Bool) throws {
    guard let marks = recipe.marks else { return }
    guard recipe.classifier.cleaning != .notebook else {
      throw CommandFailure(
        .configuration, "the cleaning profile notebook finds no marks; use standard, or omit [marks]")
    }
    var request = marks.request
    request.reading.isQuiet = isQuiet
    let cleaner = Cleaner(recipe.classifier.cleaning, vocabulary: vocabulary, findsMarks: true)
    var (workspace, cleaned, found) = (CleaningWorkspace(), [UInt8](), [Set<String>]())
    let sides = try LabelledSides(request, stage: MarksRun.stage) { example, weight in
      cleaned.removeAll(keepingCapacity: true)
      cleaner.clean(example.text.span, using: &workspace, appendingTo: &cleaned)
      found.append(weight > 0 ? Set(workspace.marks.texts) : [])
    }
    var counts: [String: Int] = [:]
    for tweet in sides.training { for mark in found[tweet] { counts[mark, default: 0] += 1 } }
    guard counts.values.contains(where: { $0 >= marks.recipe.least }) else {
      throw MarksRun.tooFew(marks.recipe)
    }
  }
}

// Disk.

extension RecipeCheck {
  /// Bytes of a network in single precision; those of words, gradients and heads are small beside it.
  private var network: Int { 4 * (shape.parameters + shape.vocabularySize) }

  /// The bytes to be written to the working folder: of each stage its last and its best state, of the running one also
  /// the optimiser's two moments, twice while a checkpoint replaces another; and the models that later steps start from.
  private var workBytes: Int {
    let stages =
      languageModels.reduce(0) { $0 + ($1.recipe.frozenEpochs > 0 ? 1 : 0) + ($1.recipe.epochs > 0 ? 1 : 0) }
      + (steps.contains(.classifier) ? recipe.classifier.recipe.stages.count : 0)
    let models = languageModels.count + max(0, steps.count - 1)
    return network * (2 * stages + models + (stages > 0 ? 6 : 0)) + max(0, steps.count - 2) * wideBytes
  }

  /// The bytes of the finished models.
  private var outputBytes: Int {
    let model = network + wideBytes
    return model + (recipe.quantises ? model / 4 : 0)
  }

  private var wideBytes: Int { 4 * recipe.classifier.labels.count * (recipe.wide?.shape.buckets ?? 0) }

  private func requireDisk() throws {
    let parent = FilePath(recipe.output).removingLastComponent()
    let output = parent.isEmpty ? "." : parent.string
    let areTogether = try Stat(FilePath(recipe.work)).deviceID == Stat(FilePath(output)).deviceID
    try require(workBytes + (areTogether ? outputBytes : 0), in: recipe.work)
    if !areTogether { try require(outputBytes, in: output) }
  }

  private func require(_ bytes: Int, in folder: String) throws {
    let free = try Directory(FilePath(folder)).space().free
    guard free < bytes else { return }
    throw CommandFailure(
      .ioError,
      "\(folder): training takes \(NumberText.megabytes(bytes)) of disk, but only \(NumberText.megabytes(free)) are "
        + "free; make room, or name other folders with output and work")
  }
}
