import Datasets
import Training

/// The table `[classifier]` of a recipe.
struct RecipeClassifier {
  let request: ClassifierRequest

  /// Reads the table.
  ///
  /// - Parameter isLabelled: whether there are corpora of tweets labelled by their emoticons, which are the
  ///   default.
  init(
    _ table: RecipeTable, _ files: RecipeFiles, _ common: RecipeCommon, isLabelled: Bool
  ) throws(SettingError) {
    var table = table
    var sides: [LabelledFile] = []
    for textClass in [TextClass.positive, .negative] {
      let named = try files.files(textClass.rawValue, of: &table)
      let standard = isLabelled ? files.corpora[textClass.rawValue] ?? [] : []
      sides += (named.isEmpty ? standard : named).map { LabelledFile(path: $0, label: textClass) }
    }
    var sources = sides.isEmpty ? [] : [ClassifierRequest.Source(files: sides)]
    for labelled in try table.tables("labelled") { sources.append(try Self.source(labelled, files)) }
    guard !sources.isEmpty else {
      throw table.error(
        "positive", expected: "positive and negative corpora, or a table [[classifier.labelled]]",
        found: "neither")
    }
    request = ClassifierRequest(
      sources: sources, validation: try Self.validation(&table, files),
      validationShare: try table.share(
        "validation_share", default: ClassifierRequest.defaultValidationShare),
      reading: common.reading, cleaning: common.cleaning, maximumTokens: common.maximumTokens,
      recipe: try Self.recipe(&table, common))
    try table.finish()
  }

  private static func source(
    _ table: RecipeTable, _ files: RecipeFiles
  ) throws(SettingError) -> ClassifierRequest.Source {
    var table = table
    let corpora = try files.files("corpora", of: &table)
    guard !corpora.isEmpty else {
      throw table.error("corpora", expected: "an array of names of [corpora]", found: "nothing")
    }
    let splits = try table.texts("splits")
    let weight = try table.number("weight", "a number from 0", { $0 >= 0 }, default: 1)
    try table.finish()
    return ClassifierRequest.Source(
      files: corpora.map { LabelledFile(path: $0) }, splits: splits.isEmpty ? nil : Set(splits),
      weight: Float(weight))
  }

  private static func validation(
    _ table: inout RecipeTable, _ files: RecipeFiles
  ) throws(SettingError) -> [LabelledFile] {
    let positive = try files.files("validation_positive", of: &table)
    let negative = try files.files("validation_negative", of: &table)
    guard positive.isEmpty == negative.isEmpty else {
      throw table.error(
        positive.isEmpty ? "validation_positive" : "validation_negative", expected: "tweets of both kinds",
        found: "of one only")
    }
    return positive.map { LabelledFile(path: $0, label: .positive) }
      + negative.map { LabelledFile(path: $0, label: .negative) }
  }

  private static func recipe(
    _ table: inout RecipeTable, _ common: RecipeCommon
  ) throws(SettingError) -> ClassifierRecipe {
    var recipe = ClassifierRecipe()
    let expected = "an array of texts groups:epochs:factor, such as [\"1:2:1\", \"5:3:0.1\"]"
    recipe.stages =
      try table.value("stages", expected: expected) { node -> [ClassifierRecipe.Unfreezing]? in
        let texts = node.nonEmptyTexts ?? []
        let stages = texts.compactMap { StageArgument(argument: $0)?.unfreezing }
        return stages.isEmpty || stages.count != texts.count ? nil : stages
      } ?? recipe.stages
    recipe.rate = try table.positive("rate", default: recipe.rate)
    recipe.batchSize = try table.integer("batch", 2...1 << 16, default: recipe.batchSize)
    recipe.headUnits = try table.integer("head_units", 1...1 << 12, default: recipe.headUnits)
    recipe.dropoutFactor = Float(
      try table.number(
        "dropout", "a number from 0 to 2", { (0...2).contains($0) }, default: Double(recipe.dropoutFactor)))
    recipe.smoothing = Float(try table.share("smoothing", default: Double(recipe.smoothing)))
    recipe.balancesClasses = try table.truth("balance", default: recipe.balancesClasses)
    recipe.clip = try table.limit("clip", default: recipe.clip)
    recipe.weightDecay = try table.number(
      "weight_decay", "a number from 0", { $0 >= 0 }, default: recipe.weightDecay)
    (recipe.seed, recipe.precision) = (common.seed, common.precision)
    return recipe
  }
}
