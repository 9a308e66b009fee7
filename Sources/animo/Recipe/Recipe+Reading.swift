import AWDLSTM
import Datasets
import TOML
import Training
import TweetText

extension Recipe {
  /// Reads a recipe.
  ///
  /// - Parameters:
  ///   - work: the working folder, if not the one that the recipe names.
  ///   - stop: ends the reading of corpora.
  /// - Throws: `SettingError` for the first thing that is wrong, `CommandFailure` when the file cannot be
  ///   read.
  init(path: String, work otherWork: String? = nil, stop: StopRequest? = nil) throws {
    document = try TOMLDocument(path: path)
    var table = RecipeTable(document)
    var files = RecipeFiles(recipe: path)
    guard let output = try table.text("output") else {
      throw table.error("output", expected: "the output folder of the model", found: "nothing")
    }
    self.output = files.path(output)
    let namedWork = try table.text("work").map(files.path)
    work = otherWork ?? namedWork ?? self.output + ".training"
    quantises = try table.truth("quantise", default: true)
    bits = try table.integer("bits", Model.bitsOfLayers, default: 8)
    let common = try RecipeCommon(&table, stop: stop)
    seed = common.seed
    if let labels = try table.optionalTable("label") {
      let request = try Self.label(labels, files, in: work, common)
      files.addLabelled(in: request.output)
      label = request
    } else {
      label = nil
    }
    try files.add(table.table("corpora"))
    corpora = files.corpora

    (sizes, from) = try Self.network(table.table("network"), files)
    let models = try table.tables("language_model")
    var languageModels: [LanguageModelRequest] = []
    for model in models {
      languageModels.append(
        try RecipeLanguageModel(model, files, common, taken: languageModels.map(\.name)).request)
    }
    self.languageModels = languageModels
    words = try Self.words(
      table.optionalTable("vocabulary"), files, common, output: Self.vocabularyPath(in: work),
      corpora: languageModels.flatMap(\.corpora), from: from)
    guard !languageModels.isEmpty || from != nil else {
      throw table.error(
        "language_model", expected: "a table [[language_model]], or network.from", found: "neither")
    }
    classifier = try RecipeClassifier(table.table("classifier"), files, common, isLabelled: label != nil)
      .request
    let isFurther = from != nil && languageModels.isEmpty
    guard isFurther || !(classifier.keepsHead || classifier.teacher != nil) else {
      throw table.error(
        classifier.keepsHead ? "classifier.keep_head" : "classifier.teacher",
        expected: "a model in network.from, and no [[language_model]]",
        found: languageModels.isEmpty ? "no network.from" : "language models to train before")
    }
    wide = try table.optionalTable("wide").map { (wide) throws(SettingError) in try Self.wide(wide) }
    let request = classifier
    marks = try table.optionalTable("marks").map { (marks) throws(SettingError) in
      try RecipeMarks(marks, files, of: request)
    }
    try table.finish()
  }

  /// The path of the vocabulary that is built.
  static func vocabularyPath(in work: String) -> String { work + "/vocab.txt" }

  private static func label(
    _ table: RecipeTable, _ files: RecipeFiles, in work: String, _ common: RecipeCommon
  ) throws(SettingError) -> LabelRequest {
    var table = table
    let raw = try table.texts("raw").map(files.path)
    guard !raw.isEmpty else {
      throw table.error("raw", expected: "an array of files with raw tweets", found: "nothing")
    }
    let request = LabelRequest(
      raw: raw, output: work + "/labelled", emoticons: try table.choice("emoticons", default: .basic),
      usesEmoji: try table.truth("emoji", default: false), reading: common.reading)
    try table.finish()
    return request
  }

  private static func wide(_ table: RecipeTable) throws(SettingError) -> WideRecipe {
    var (table, recipe) = (table, WideRecipe())
    recipe.shape.buckets =
      try table.value("buckets", expected: "a power of two, at most \(1 << 22)") { node -> Int? in
        guard case .integer(let buckets) = node, (1...1 << 22).contains(buckets) else { return nil }
        return buckets & (buckets - 1) == 0 ? buckets : nil
      } ?? recipe.shape.buckets
    recipe.regularisation = try table.number(
      "l2", "from 0", { $0 >= 0 }, default: recipe.regularisation)
    recipe.iterations = try table.integer("iterations", 1...1 << 16, default: recipe.iterations)
    recipe.balancesClasses = try table.truth("balance", default: recipe.balancesClasses)
    recipe.shape.negation = try table.truth("negation", default: recipe.shape.negation)
    try table.finish()
    return recipe
  }

  private static func network(
    _ table: RecipeTable, _ files: RecipeFiles
  ) throws(SettingError) -> (NetworkSizes, from: String?) {
    var (table, sizes) = (table, NetworkSizes())
    sizes.embedding = try table.integer("embedding", 1...1 << 16, default: sizes.embedding)
    sizes.hidden = try table.integer("hidden", 1...1 << 16, default: sizes.hidden)
    sizes.layers = try table.integer("layers", 1...8, default: sizes.layers)
    let from = try table.text("from").map(files.model)
    try table.finish()
    return (sizes, from)
  }

  private static func words(
    _ table: RecipeTable?, _ files: RecipeFiles, _ common: RecipeCommon, output: String, corpora: [String],
    from: String?
  ) throws(SettingError) -> Words {
    guard var table else {
      guard from == nil else { return .ofModel }
      let corpora = VocabularyRequest.Corpus(files: corpora, weight: 1)
      return .made(VocabularyRequest(corpora: [corpora], output: output, common))
    }
    let file = try table.text("file").map(files.path)
    var weights = try table.table("weights")
    var weighted: [VocabularyRequest.Corpus] = []
    for name in weights.keys {
      let named = try files.files(named: name, name, of: weights)
      let weight = try weights.number(
        name, "above 0, at most 1000000", { $0 > 0 && $0 <= 1e6 }, default: 1)
      weighted.append(.init(files: named, weight: weight))
    }
    if weighted.isEmpty { weighted = [.init(files: corpora, weight: 1)] }
    var request = VocabularyRequest(corpora: weighted, output: output, common)
    let special = SpecialToken.allCases.count
    request.maximumSize = try table.integer("max_size", special...1 << 24, default: request.maximumSize)
    request.minimumCount = try table.integer("min_count", 1...Int.max, default: request.minimumCount)
    try table.finish()
    return file.map(Words.file) ?? .made(request)
  }
}

extension VocabularyRequest {
  fileprivate init(corpora: [Corpus], output: String, _ common: RecipeCommon) {
    self.init(corpora: corpora, output: output)
    (cleaning, reading) = (common.cleaning, common.reading)
  }
}
