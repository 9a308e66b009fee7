import AWDLSTM
import ArgumentParser
import Datasets
import Training

extension Train {
  /// `animo train marks`: adds weights for emoticons and emoji to a classifier.
  struct Marks: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "marks",
      abstract: "Train weights for emoticons and emoji, in addition to the words of a classifier.",
      discussion: """
        EXAMPLE
          $ animo train marks --from es-tweets --output es-tweets-marks human.jsonl

        Lines contain a label, or probabilities in p. Labels must come from people or from a teacher model: \
        a label made from an emoticon would teach only that emoticon, so there are no options for files of \
        positive and negative tweets. A teacher's file with a small --weight covers emoji that are missing \
        from tweets labelled by people. The result always has single precision.
        """)

    @Option(
      help: ArgumentHelp("Output folder for the model; must not exist yet.", valueName: "new-dir"),
      completion: .directory)
    var output: String

    @Option(
      name: [.customLong("from"), .customLong("model")],
      help: ArgumentHelp("Folder of the classifier; es-tweets is the built-in model.", valueName: "dir"),
      completion: .directory)
    var model: String

    @Option(help: ArgumentHelp("Use only lines of this split; may be repeated.", valueName: "name"))
    var split: [String] = []

    @Option(
      help: ArgumentHelp("Alias of a label, such as none=neutral; may be repeated.", valueName: "alias"))
    var alias: [LabelAlias] = []

    @Option(
      help: "Weight of the tweets; once for all files, or once for each file, in order. (default: 1)")
    var weight: [Float] = []

    @Option(help: "Minimum number of tweets with an emoticon or emoji for it to be learned.")
    var least = MarkRecipe().least

    @Option(help: "Strength of L2 regularisation.")
    var pull = MarkRecipe().pull

    @Option(
      help:
        "Additional regularisation of rare marks: a mark in n tweets gets 1 + rarity/n times the strength.")
    var rarity = MarkRecipe().rarity

    @Option(help: "Share of the tweets held back for validation.")
    var validationShare = ClassifierRequest.defaultValidationShare

    @Option(help: "Random seed.")
    var seed: UInt64 = 42

    @OptionGroup var corpus: CorpusArguments

    @Argument(help: ArgumentHelp("Files of labelled tweets.", valueName: "file"), completion: .file())
    var files: [String]

    func validate() throws {
      guard weight.count <= 1 || weight.count == files.count else {
        throw ValidationError("give --weight once, or once for each file")
      }
      guard weight.allSatisfy({ ClassifierRequest.Source.weights.contains($0) }),
        (0..<1).contains(validationShare)
      else {
        throw ValidationError("--weight must be from 0 to 1000000, --validation-share from 0, less than 1")
      }
      guard least >= 1, pull > 0, pull.isFinite, rarity >= 0, rarity.isFinite else {
        throw ValidationError("--least must be at least 1, --pull above 0, --rarity not negative")
      }
    }

    func run() throws {
      let folder = ModelFolder(path: output)
      try folder.requireFree()
      try folder.requireWritable()
      let model = try Model(named: model)
      var recipe = MarkRecipe()
      (recipe.least, recipe.pull, recipe.rarity) = (least, pull, rarity)
      try folder.write(MarksRun(request(of: model), recipe, beside: model).run())
    }

    private func request(of model: Model) -> ClassifierRequest {
      let aliases = Dictionary(alias.map { ($0.name, $0.label) }) { $1 }
      var request = ClassifierRequest(
        labels: LabelSet(model.architecture.labels, aliases: aliases),
        sources: files.enumerated().map { index, path in
          ClassifierRequest.Source(
            files: [LabelledFile(path: path)], splits: split.isEmpty ? nil : Set(split),
            weight: weight.isEmpty ? 1 : weight[weight.count == 1 ? 0 : index])
        }, validationShare: validationShare, reading: corpus.reading)
      request.recipe.seed = seed
      return request
    }
  }
}
