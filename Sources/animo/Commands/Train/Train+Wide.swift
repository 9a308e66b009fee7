import AWDLSTM
import ArgumentParser
import Training

extension Train {
  /// `animo train wide`: adds a wide term, a linear model, to a classifier.
  struct Wide: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "wide",
      abstract: "Train a linear model of words and characters, and combine it with a classifier.",
      discussion: """
        EXAMPLE
          $ animo train wide --from es-tweets --positive positive.txt --negative negative.txt --output es-tweets-wide

        Use the tweets, the validation share and the seed of animo train classifier: the validation tweets \
        are then unknown to both models, and determine the share of each model in the result. The result \
        always has single precision; animo model quantise converts it to 8 bits.
        """)

    @Option(
      help: ArgumentHelp("Output folder for the model; must not exist yet.", valueName: "new-dir"),
      completion: .directory)
    var output: String

    @Option(help: ArgumentHelp("Folder of the classifier.", valueName: "dir"), completion: .directory)
    var from: String

    @OptionGroup var tweets: LabelledTweetArguments

    @Option(help: "Number of buckets that n-grams are hashed to, a power of two.")
    var buckets = WideRecipe().shape.buckets

    @Flag(help: "Add features for words in the scope of a negation.")
    var negation = false

    @Option(help: "Strength of L2 regularisation.")
    var l2 = WideRecipe().regularisation

    @Option(help: "Maximum number of steps of the solver.")
    var iterations = WideRecipe().iterations

    @Flag(inversion: .prefixedNo, help: "Give all labels the same total weight.")
    var balance = true

    @OptionGroup var place: TrainingSessionArguments
    @OptionGroup var corpus: CorpusArguments

    func validate() throws {
      guard (1...1 << 22).contains(buckets), buckets & (buckets - 1) == 0 else {
        throw ValidationError("--buckets must be a power of two, at most \(1 << 22)")
      }
      guard l2 >= 0, l2.isFinite, (1...1 << 16).contains(iterations) else {
        throw ValidationError("--l2 must not be negative, --iterations between 1 and \(1 << 16)")
      }
    }

    func run() throws {
      let folder = ModelFolder(path: output)
      if !place.resume { try folder.requireFree() }
      try folder.requireWritable()
      let model = try Model(named: from)
      let request = try request(labels: model.architecture.labels)
      let run = try WideRun(request, recipe, beside: model)
      let tweets = try run.read()
      let session = try place.session(for: output)
      try folder.write(session.run { try run.train(on: tweets, $0) }, resuming: place.resume)
      try session.writeHeldOut(request, judgedBy: output)
      try session.requireConvergence()
    }

    private func request(labels: [String]) throws -> ClassifierRequest {
      var request = try tweets.request(labels: labels, reading: corpus.reading)
      request.recipe.seed = place.seed
      return request
    }

    private var recipe: WideRecipe {
      var recipe = WideRecipe()
      (recipe.shape.buckets, recipe.shape.negation) = (buckets, negation)
      (recipe.regularisation, recipe.iterations, recipe.balancesClasses) = (l2, iterations, balance)
      return recipe
    }
  }
}
