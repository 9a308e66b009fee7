import TOML
import Training

/// A table `[[language_model]]` of a recipe.
struct RecipeLanguageModel {
  let request: LanguageModelRequest

  /// Reads the table.
  ///
  /// - Parameter taken: the names of the tables before it.
  init(
    _ table: RecipeTable, _ files: RecipeFiles, _ common: RecipeCommon, taken: [String]
  ) throws(SettingError) {
    var table = table
    let name = try Self.name(&table, taken: taken)
    let corpora = try files.files("corpora", of: &table)
    guard !corpora.isEmpty else {
      throw table.error("corpora", expected: "an array of names of [corpora]", found: "nothing")
    }
    let validation = try files.files("validation", of: &table)
    let share = try table.share("validation_share", default: LanguageModelRequest.defaultValidationShare)
    request = LanguageModelRequest(
      name: name, corpora: corpora, validation: validation, validationShare: share, reading: common.reading,
      cleaning: common.cleaning, maximumTokens: common.maximumTokens, recipe: try Self.recipe(&table, common))
    guard request.recipe.epochs + request.recipe.frozenEpochs > 0 else {
      throw table.error("epochs", expected: "an epoch, here or in frozen_epochs", found: "0")
    }
    try table.finish()
  }

  /// The name of the stage and of its files.
  private static func name(_ table: inout RecipeTable, taken: [String]) throws(SettingError) -> String {
    let expected =
      "a name of letters, digits and hyphens that is not best, classifier, labelled, report or wide"
    let name = try table.value("name", expected: expected) { node -> String? in
      guard let name = node.nonEmptyText, name.utf8.count <= 64, name.allSatisfy(isAllowed) else {
        return nil
      }
      return isReserved(name) ? nil : name
    }
    guard let name else { throw table.error("name", expected: expected, found: "nothing") }
    guard !taken.contains(where: { $0 == name || $0 + "-frozen" == name || $0 == name + "-frozen" }) else {
      throw table.error("name", expected: "a unique name", found: "\"\(name)\" again")
    }
    return name
  }

  private static func isAllowed(_ character: Character) -> Bool {
    character.isASCII && (character.isLetter || character.isNumber) || character == "-"
  }

  /// Whether something else in the working folder or in the log has the name.
  private static func isReserved(_ name: String) -> Bool {
    name.hasPrefix("classifier") || ["best", "labelled", "report", "wide"].contains(name)
  }

  private static func recipe(
    _ table: inout RecipeTable, _ common: RecipeCommon
  ) throws(SettingError) -> LanguageModelRecipe {
    var recipe = LanguageModelRecipe()
    recipe.epochs = try table.integer("epochs", 0...10_000, default: recipe.epochs)
    recipe.frozenEpochs = try table.integer("frozen_epochs", 0...10_000, default: recipe.frozenEpochs)
    recipe.rate = try table.positive("rate", default: recipe.rate)
    recipe.rows = try table.integer("batch", 1...1 << 16, default: recipe.rows)
    recipe.length = try table.integer("bptt", 1...1 << 16, default: recipe.length)
    recipe.dropoutFactor = Float(
      try table.number(
        "dropout", "from 0 to 3", { (0...3).contains($0) }, default: Double(recipe.dropoutFactor)))
    let candidates = try table.integer("candidates", 0...1 << 24, default: recipe.candidates ?? 0)
    recipe.candidates = candidates > 0 ? candidates : nil
    recipe.clip = try table.limit("clip", default: recipe.clip)
    recipe.weightDecay = try table.number(
      "weight_decay", "from 0", { $0 >= 0 }, default: recipe.weightDecay)
    (recipe.seed, recipe.precision) = (common.seed, common.precision)
    return recipe
  }
}
