import ArgumentParser

/// `animo train`: how a model is made.
struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make a model: label tweets, make a vocabulary, train language models and a classifier.",
    subcommands: [
      Label.self, MakeVocabulary.self, Preview.self, LanguageModel.self, Classifier.self, Wide.self,
      All.self,
    ])
}
