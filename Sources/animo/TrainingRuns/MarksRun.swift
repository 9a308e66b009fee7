import AWDLSTM
import Datasets
import Training
import TweetText

/// Adds marks to a classifier, trained on labelled tweets.
struct MarksRun {
  private let request: ClassifierRequest
  private let recipe: MarkRecipe
  private let model: Model

  /// - Parameters:
  ///   - request: the tweets; the model determines cleaning and maximum length.
  ///   - model: the classifier.
  init(_ request: ClassifierRequest, _ recipe: MarkRecipe, beside model: Model) {
    (self.request, self.recipe, self.model) = (request, recipe, model)
  }

  /// Reads the tweets, trains, and reports the accuracy without and with marks.
  ///
  /// - Throws: when a file cannot be read; `CommandFailure` when too few tweets have marks.
  func run() throws -> NewModel {
    let architecture = model.architecture
    var reader = try MarkReader(model)
    var (hasher, hashes) = (
      CleaningProfile(rawValue: architecture.cleaning).map(TextHasher.init), [TextHash?]()
    )
    let sides = try LabelledSides(request, stage: Self.stage) { example, weight in
      reader.add(example, weight: weight)
      hashes.append(hasher?.hash(example.text.span))
    }
    let examples = MarkExamples(
      reader.texts(sides.training), least: recipe.least, temperature: architecture.temperature)
    guard !examples.marks.isEmpty else {
      throw Self.tooFew(recipe)
    }
    let validation = examples.others(
      reader.texts(sides.validation), temperature: architecture.temperature)
    let trained = TrainedMarks(
      examples, validation: validation, labels: architecture.labels.count,
      temperature: architecture.temperature, recipe)
    StandardError.write("animo: \(Self.stage): \(Self.summary(trained))\n")
    var new = try model.adding(trained)
    new.learnt = LearntTexts(of: model).adding(sides.training.compactMap { hashes[$0] }).bytes
    return new
  }

  static func tooFew(_ recipe: MarkRecipe) -> CommandFailure {
    CommandFailure(
      .dataError,
      "no emoticon or emoji occurs in \(recipe.least) or more labelled tweets; provide more tweets")
  }

  /// The name of the stage in messages.
  static let stage = Recipe.Step.marks.rawValue

  private static func summary(_ trained: TrainedMarks) -> String {
    func text(_ comparison: TrainedMarks.Comparison, _ purpose: String) -> String {
      let counts = [comparison.rightWithout, comparison.rightWith, comparison.texts].map(NumberText.grouped)
      return "\(purpose), \(counts[0]) right without and \(counts[1]) with them of \(counts[2])"
    }
    return "\(NumberText.grouped(trained.marks.count)) learned; of tweets that have one: "
      + text(trained.learnt, "learned from") + "; " + text(trained.judged, "held back")
  }
}
