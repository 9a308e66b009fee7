import ArgumentParser

/// `animo train`: the steps of making a model.
struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train a model: label tweets, build a vocabulary, train language models and a classifier.",
    discussion: """
      EXAMPLE
        $ animo train all recipe.toml
      """,
    subcommands: [
      Label.self, MakeVocabulary.self, Preview.self, LanguageModel.self, Classifier.self, Wide.self,
      Marks.self,
      All.self,
    ])
}
