import AWDLSTM
import ArgumentParser
import Training

extension Train {
  /// `animo train wide`: a classifier and labelled tweets to a classifier with a wide term.
  struct Wide: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Train a linear model of words and characters, and put it beside a classifier's network.",
      discussion: """
        EXAMPLE
          $ animo train wide --from es-tweets --positive positive.txt --negative negative.txt --output es-tweets-wide

        The tweets, the share held back and the seed should be those of animo train classifier: then the tweets that \
        neither has seen are the same, and by these is found what each of the two counts. The result is in single \
        precision, whatever the classifier was; animo model quantise makes it small again.
        """)

    @Option(help: ArgumentHelp("The folder to write the model to; must not exist yet.", valueName: "new-dir"))
    var output: String

    @Option(help: ArgumentHelp("The folder of the classifier.", valueName: "dir"))
    var from: String

    @OptionGroup var tweets: LabelledTweetArguments

    @Option(help: "How many buckets n-grams are hashed to: a power of two.")
    var buckets = WideRecipe().shape.buckets

    @Option(help: "How strongly weights are pulled to nothing.")
    var l2 = WideRecipe().regularisation

    @Option(help: "Steps of the solver at most.")
    var iterations = WideRecipe().iterations

    @Flag(inversion: .prefixedNo, help: "Let both classes count alike in sum.")
    var balance = true

    @OptionGroup var place: WorkshopArguments
    @OptionGroup var corpus: CorpusArguments

    func validate() throws {
      guard (1...1 << 22).contains(buckets), buckets & (buckets - 1) == 0 else {
        throw ValidationError("--buckets must be a power of two, at most \(1 << 22)")
      }
      guard l2 >= 0, l2.isFinite, iterations >= 1 else {
        throw ValidationError("--l2 must not be negative, --iterations at least 1")
      }
    }

    func run() throws {
      let folder = ModelFolder(path: output)
      if !place.resume { try folder.requireFree() }
      let run = try WideRun(request, recipe, beside: Model(directory: from))
      let tweets = try run.read()
      let workshop = try place.workshop(for: output)
      try folder.write(workshop.run { try run.train(on: tweets, $0) }, resuming: place.resume)
    }

    private var request: ClassifierRequest {
      var request = tweets.request(reading: corpus.reading)
      request.recipe.seed = place.seed
      return request
    }

    private var recipe: WideRecipe {
      var recipe = WideRecipe()
      recipe.shape.buckets = buckets
      (recipe.regularisation, recipe.iterations, recipe.balancesClasses) = (l2, iterations, balance)
      return recipe
    }
  }
}
