import Datasets
import TOML
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
    let labels = try Self.labels(&table)
    let onlyOdds = try table.optionalTruth("only_odds")
    var sides: [(label: String, paths: [String])] = []
    for label in ["positive", "negative", "neutral"] {
      let named = try files.files(label, of: &table)
      guard named.isEmpty || labels.names.contains(label) else {
        throw table.error(label, expected: "a name of classifier.labels", found: label)
      }
      let standard = isLabelled && label != "neutral" ? files.corpora[label] ?? [] : []
      sides.append((label, named.isEmpty ? standard : named))
    }
    let keepsHead = try table.truth("keep_head", default: false)
    let teacher = try table.text("teacher").map(files.model)
    let weight: Double? = try table.value(
      "teacher_weight", .number("from 0 to 1000000") { (0...1e6).contains($0) })
    guard teacher != nil || weight == nil else {
      throw table.error("teacher_weight", expected: "a model in classifier.teacher", found: "none")
    }
    let sideFiles = ClassifierRequest.files(sides, labels: labels, onlyOdds: onlyOdds)
    var sources = sideFiles.isEmpty ? [] : [ClassifierRequest.Source(files: sideFiles)]
    for labelled in try table.tables("labelled") {
      sources.append(try Self.source(labelled, files, labels))
    }
    guard !sources.isEmpty else {
      throw table.error(
        "positive", expected: "positive and negative corpora, or a table [[classifier.labelled]]",
        found: "neither")
    }
    request = ClassifierRequest(
      labels: labels, sources: sources, validation: try Self.validation(&table, files, labels, onlyOdds),
      validationShare: try table.share(
        "validation_share", default: ClassifierRequest.defaultValidationShare),
      reading: common.reading, cleaning: common.cleaning, maximumTokens: common.maximumTokens,
      recipe: try Self.recipe(&table, common), keepsHead: keepsHead,
      teacher: teacher.map {
        TeacherRequest(name: $0, weight: weight.map { Float($0) } ?? TeacherRequest.defaultWeight)
      })
    try table.finish()
  }

  /// The labels and their aliases.
  private static func labels(_ table: inout RecipeTable) throws(SettingError) -> LabelSet {
    let expected = "an array of at least two different texts"
    let names =
      try table.value("labels", expected: expected) { node -> [String]? in
        let names = node.nonEmptyTexts ?? []
        return names.count >= 2 && Set(names).count == names.count ? names : nil
      } ?? LabelSet.negativeAndPositive.names
    var (aliases, meanings) = (try table.table("aliases"), [String: String]())
    for alias in aliases.keys {
      let expected = "one of \(names.joined(separator: ", "))"
      meanings[alias] = try aliases.value(alias, expected: expected) { node -> String? in
        node.nonEmptyText.flatMap { names.contains($0) ? $0 : nil }
      }
    }
    return LabelSet(names, aliases: meanings)
  }

  /// A table of tweets whose lines name their label.
  static func source(
    _ table: RecipeTable, _ files: RecipeFiles, _ labels: LabelSet
  ) throws(SettingError) -> ClassifierRequest.Source {
    var table = table
    let corpora = try files.files("corpora", of: &table)
    guard !corpora.isEmpty else {
      throw table.error("corpora", expected: "an array of names of [corpora]", found: "nothing")
    }
    let splits = try table.texts("splits")
    let weight = try table.number("weight", "from 0 to 1000000", { (0...1e6).contains($0) }, default: 1)
    let label = try table.value("label", expected: "one of \(labels.names.joined(separator: ", "))") {
      node -> String? in
      node.nonEmptyText.flatMap { labels.names.contains($0) ? $0 : nil }
    }
    let onlyOdds = try table.truth("only_odds", default: false)
    try table.finish()
    return ClassifierRequest.Source(
      files: corpora.map { LabelledFile(path: $0, label: label, onlyOdds: onlyOdds) },
      splits: splits.isEmpty ? nil : Set(splits),
      weight: Float(weight))
  }

  private static func validation(
    _ table: inout RecipeTable, _ files: RecipeFiles, _ labels: LabelSet, _ onlyOdds: Bool?
  ) throws(SettingError) -> [LabelledFile] {
    let positive = try files.files("validation_positive", of: &table)
    let negative = try files.files("validation_negative", of: &table)
    guard positive.isEmpty == negative.isEmpty else {
      throw table.error(
        positive.isEmpty ? "validation_positive" : "validation_negative", expected: "tweets of both kinds",
        found: "of one only")
    }
    let labelled = try files.files("validation_labelled", of: &table)
    return ClassifierRequest.files(
      [("positive", positive), ("negative", negative)], labels: labels, onlyOdds: onlyOdds)
      + labelled.map { LabelledFile(path: $0) }
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
    recipe.rateRatio = try table.number(
      "rate_ratio", "from 1 to 1000", { (1...1000).contains($0) }, default: recipe.rateRatio)
    recipe.batchSize = try table.integer("batch", 2...1 << 16, default: recipe.batchSize)
    recipe.headUnits = try table.integer("head_units", 1...1 << 12, default: recipe.headUnits)
    // Twice the rates would drop all weights of the states.
    recipe.dropoutFactor = Float(
      try table.number(
        "dropout", "from 0 to 1.9", { (0...1.9).contains($0) }, default: Double(recipe.dropoutFactor)))
    recipe.rounding = try table.value("bits", .integer(WeightRounding.bits)).map { WeightRounding(bits: $0) }
    recipe.regularisationFactor = Float(
      try table.number(
        "regularisation", "from 0 to 1000", { (0...1000).contains($0) },
        default: Double(recipe.regularisationFactor)))
    recipe.smoothing = Float(try table.share("smoothing", default: Double(recipe.smoothing)))
    recipe.balancesClasses = try table.truth("balance", default: recipe.balancesClasses)
    recipe.clip = try table.limit("clip", default: recipe.clip)
    recipe.weightDecay = try table.number(
      "weight_decay", "from 0", { $0 >= 0 }, default: recipe.weightDecay)
    (recipe.seed, recipe.precision) = (common.seed, common.precision)
    return recipe
  }
}
