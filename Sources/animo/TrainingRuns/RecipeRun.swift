import AWDLSTM
import Datasets
import SystemCalls
import SystemPackage
import Training
import TweetText

/// A run of a recipe in one folder; each stage starts from the results of those before it.
struct RecipeRun {
  private let recipe: Recipe
  private let session: TrainingSession

  /// - Parameter stop: the request to stop, which also ends the reading of corpora.
  /// - Throws: `CommandFailure` if a file is missing or an output folder exists already.
  init(_ recipe: Recipe, resumes: Bool, stop: StopRequest) throws {
    self.recipe = recipe
    try recipe.requireFiles()
    let folders = [recipe.output] + (recipe.quantises ? [recipe.quantisedOutput] : [])
    let names = recipe.languageModels.map(\.name) + recipe.steps.dropLast().map(\.rawValue)
    let models = names.map { "\(recipe.work)/\($0)" }
    if resumes {
      try Self.requireLabels(of: recipe)
      try Self.requireAllSteps(of: recipe)
      try Self.requireSource(of: recipe)
    } else {
      for path in folders + models { try ModelFolder(path: path).requireFree() }
    }
    for path in folders { try ModelFolder(path: path).requireWritable() }
    if recipe.from != nil { try recipe.classifier.requireFit(of: recipe.startingModel()) }
    session = try TrainingSession(at: recipe.work, resumes: resumes, stop: stop)
  }

  /// Runs the stages that are not finished.
  func run() throws {
    try keepRecipe()
    try forgetHeldOut()
    try session.run { ulmfit in
      try label()
      try makeVocabulary()
      try check()
      let languageModel = try trainLanguageModels(ulmfit)
      try trainClassifier(over: languageModel, ulmfit)
      try addWideTerm(ulmfit)
      try addMarks()
    }
    try quantise()
    if !(resumes && exists(session.path(HeldOutTweets.name))) {
      try session.writeHeldOut(recipe.classifier, judgedBy: recipe.output)
    }
    try session.requireConvergence()
  }

  /// Rejects finished models that do not have the recipe's labels in its order: the steps behind them would take one
  /// label for another.
  private static func requireLabels(of recipe: Recipe) throws {
    let labels = recipe.classifier.labels.names
    for path in recipe.steps.dropLast().map({ "\(recipe.work)/\($0.rawValue)" }) + [recipe.output] {
      guard try ModelFolder(path: path).isTaken else { continue }
      let finished = try Model(directory: path).architecture.labels
      guard finished != labels else { continue }
      throw CommandFailure(
        .configuration,
        "\(path): this model has the labels \(finished.joined(separator: ", ")), but the recipe has "
          + "\(labels.joined(separator: ", ")); restore them, or name a new output")
    }
  }

  /// Rejects a step that was added to the recipe after the model was written.
  private static func requireAllSteps(of recipe: Recipe) throws {
    guard try ModelFolder(path: recipe.output).isTaken else { return }
    let model = try Model(directory: recipe.output).architecture
    func requires(_ step: Recipe.Step, _ part: String, isThere: Bool) throws {
      guard recipe.steps.contains(step), !isThere else { return }
      throw CommandFailure(
        .cannotCreate,
        "\(recipe.output): this model has no \(part), but the recipe does; add it with animo train \(step.rawValue), "
          + "or name a new output")
    }
    try requires(.wide, "wide term", isThere: model.wide != nil)
    try requires(.marks, "marks", isThere: model.marks != nil)
  }

  /// Rejects a quantised model that is left of a model which is gone: it would stay beside the next one, which may be
  /// another.
  private static func requireSource(of recipe: Recipe) throws {
    guard recipe.quantises, try !ModelFolder(path: recipe.output).isTaken else { return }
    guard try ModelFolder(path: recipe.quantisedOutput).isTaken else { return }
    throw CommandFailure(
      .cannotCreate,
      "\(recipe.quantisedOutput): this model was made from one in \(recipe.output), which is gone; remove it too, or "
        + "name a new output")
  }

  private var resumes: Bool { session.ulmfit.resumes }

  /// Copies the recipe to the working folder.
  private func keepRecipe() throws {
    let kept = session.path("recipe.toml")
    let (old, new) = (try? ModelFile(path: kept), try ModelFile(path: recipe.document.path))
    let bytes = new.bytes(in: 0..<new.byteCount)
    if let old, resumes, !old.bytes(in: 0..<old.byteCount).elementsEqual(bytes) {
      tell("the recipe has changed; finished steps are not repeated")
    }
    let folder = try Directory(FilePath(recipe.work))
    try folder.replace(
      "recipe.toml", with: Array(bytes).span, mode: [.ownerReadWrite, .groupRead, .otherRead])
  }

  /// Removes the held-out tweets as judged by a model that is gone; the next one will judge them.
  private func forgetHeldOut() throws {
    guard try !ModelFolder(path: recipe.output).isTaken else { return }
    // Usually there are none.
    try? Directory(FilePath(recipe.work)).remove(FileName(HeldOutTweets.name))
  }

  private func label() throws {
    guard let request = recipe.label else { return }
    let files = LabelledFiles.paths(in: request.output)
    if resumes && files.allSatisfy(exists) { return tell("labelling is finished") }
    StandardError.write(try LabelRun(request).run())
  }

  private func makeVocabulary() throws {
    guard case .made(let request) = recipe.words else { return }
    if resumes && exists(request.output) { return tell("the vocabulary is finished") }
    StandardError.write(try VocabularyRun(request).run())
  }

  /// Checks what the stages need that are not finished.
  private func check() throws {
    let finished = try recipe.languageModels.prefix { try folder(of: $0).isTaken }
    let steps = try recipe.steps.drop { try folder(of: $0).isTaken }
    // A classifier needs no language model any more.
    let languageModels = steps.first == .classifier ? recipe.languageModels.dropFirst(finished.count) : []
    try RecipeCheck(recipe, languageModels: Array(languageModels), steps: Array(steps)).run()
  }

  /// Trains those that are not finished; returns the last one.
  private func trainLanguageModels(_ ulmfit: ULMFiT) throws -> Model {
    let requests = recipe.languageModels
    let finished = try requests.prefix { try folder(of: $0).isTaken }
    for request in finished { tell("\(request.name) is finished") }
    var model = try finished.last.map { try Model(directory: folder(of: $0).path) }
    for request in requests.dropFirst(finished.count) {
      let run = try LanguageModelRun(request, from: recipe.start(after: model))
      try folder(of: request).write(run.train(on: run.read(), ulmfit, keepingIn: session.stageModels))
      model = try Model(directory: folder(of: request).path)
    }
    return try model ?? recipe.startingModel()
  }

  private func trainClassifier(over languageModel: Model, _ ulmfit: ULMFiT) throws {
    try make(.classifier, "the classifier is finished") {
      let run = ClassifierRun(recipe.classifier, try Vocabulary(of: languageModel))
      return try run.train(
        on: run.read(), from: languageModel, ulmfit, keepingIn: session.stageModels)
    }
  }

  private func addWideTerm(_ ulmfit: ULMFiT) throws {
    guard let wide = recipe.wide else { return }
    try make(.wide, "the wide term is finished") {
      let run = try WideRun(recipe.classifier, wide, beside: model(of: .classifier))
      return try run.train(on: run.read(), ulmfit)
    }
  }

  private func addMarks() throws {
    guard let marks = recipe.marks else { return }
    try make(.marks, "the marks are finished") {
      let model = try model(of: recipe.wide == nil ? .classifier : .wide)
      return try MarksRun(marks.request, marks.recipe, beside: model).run()
    }
  }

  /// Writes the model of a step, if it is not there yet.
  private func make(_ step: Recipe.Step, _ finished: String, _ train: () throws -> NewModel) throws {
    let folder = folder(of: step)
    if try folder.isTaken { return tell(finished) }
    try folder.write(train())
    if step == recipe.steps.last { tell("the model is in \(folder.path)") }
  }

  private func model(of step: Recipe.Step) throws -> Model { try Model(directory: folder(of: step).path) }

  /// The folder of a step's model: the output for the last step, one in the working folder for the others.
  private func folder(of step: Recipe.Step) -> ModelFolder {
    ModelFolder(path: step == recipe.steps.last ? recipe.output : session.path(step.rawValue))
  }

  private func quantise() throws {
    let folder = ModelFolder(path: recipe.quantisedOutput)
    guard recipe.quantises, try !folder.isTaken else { return }
    try folder.write(Model(directory: recipe.output).quantised(bits: recipe.bits))
    tell("with \(recipe.bits)-bit weights it is in \(folder.path)")
  }

  private func folder(of request: LanguageModelRequest) -> ModelFolder {
    ModelFolder(path: session.path(request.name))
  }

  private func exists(_ path: String) -> Bool { (try? Stat(FilePath(path))) != nil }

  private func tell(_ line: String) { session.ulmfit.say(line) }
}

extension Recipe {
  /// The starting point of a language model.
  ///
  /// - Parameter model: the one before it; nil for the first.
  func start(after model: Model?) throws -> LanguageModelStart {
    if let model { return try LanguageModelStart(model) }
    let vocabulary = try vocabulary()
    if from != nil { return try LanguageModelStart(startingModel(), words: vocabulary) }
    guard let vocabulary else { preconditionFailure("a recipe without a model to start from has words") }
    return try LanguageModelStart(vocabulary, sizes, seed: seed)
  }

  /// The model that the recipe starts from.
  func startingModel() throws -> Model {
    guard let from else { preconditionFailure("this recipe has no model to start from") }
    return try Model(named: from)
  }

  /// The vocabulary file, built or given; nil for the vocabulary of the model.
  func vocabulary() throws -> Vocabulary? {
    switch words {
    case .made(let request): try VocabularyFile(path: request.output).read()
    case .file(let path): try VocabularyFile(path: path).read()
    case .ofModel: nil
    }
  }
}
