import TOML
import Training

/// The table `[marks]` of a recipe.
struct RecipeMarks {
  let request: ClassifierRequest
  let recipe: MarkRecipe

  /// Reads the table.
  ///
  /// - Parameter classifier: the request for the classifier, whose labels and reading apply here too.
  init(
    _ table: RecipeTable, _ files: RecipeFiles, of classifier: ClassifierRequest
  ) throws(SettingError) {
    var (table, recipe) = (table, MarkRecipe())
    var sources: [ClassifierRequest.Source] = []
    for labelled in try table.tables("labelled") {
      sources.append(try RecipeClassifier.source(labelled, files, classifier.labels))
    }
    guard !sources.isEmpty else {
      throw table.error("labelled", expected: "a table [[marks.labelled]]", found: "none")
    }
    recipe.least = try table.integer("least", 1...Int.max, default: recipe.least)
    recipe.pull = try table.positive("pull", default: recipe.pull)
    recipe.rarity = try table.number("rarity", "from 0", { $0 >= 0 }, default: recipe.rarity)
    let share = try table.share("validation_share", default: ClassifierRequest.defaultValidationShare)
    try table.finish()
    self.recipe = recipe
    request = ClassifierRequest(
      labels: classifier.labels, sources: sources, validationShare: share, reading: classifier.reading,
      recipe: classifier.recipe)
  }
}
