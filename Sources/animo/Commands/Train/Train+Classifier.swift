import AWDLSTM
import ArgumentParser
import Training
import TweetText

extension Train {
  /// `animo train classifier`: a language model and labelled tweets to a model that labels.
  struct Classifier: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Train a classifier over a language model, unfreezing one layer after the other.",
      discussion: """
        EXAMPLES
          $ animo train classifier --from tweets --positive positive.txt --negative negative.txt --output mine
          $ animo train classifier --from tweets --labelled gold.jsonl --split train --output mine
          $ animo classify --model mine new.jsonl

        Stages are written groups:epochs:factor: how many layer groups learn from the head down (the head, each LSTM \
        layer, the embedding), for how many epochs, at which part of the rate. The default is the case study's. The \
        temperature that suits the tweets held back is kept in the model.
        """)

    @Option(help: ArgumentHelp("The folder to write the model to; must not exist yet.", valueName: "new-dir"))
    var output: String

    @Option(help: ArgumentHelp("The folder of the language model.", valueName: "dir"))
    var from: String

    @OptionGroup var tweets: LabelledTweetArguments

    @Option(
      help: ArgumentHelp("A stage, groups:epochs:factor; may be given several times.", valueName: "stage"))
    var stage: [StageArgument] = []

    @Option(help: "The head's highest learning rate.")
    var rate = ClassifierRecipe().rate

    @Option(help: "Tweets of a minibatch.")
    var batch = ClassifierRecipe().batchSize

    @Option(help: "Factor of the dropouts.")
    var dropout: Float = ClassifierRecipe().dropoutFactor

    @Option(help: "Label smoothing.")
    var smoothing: Float = 0

    @Flag(inversion: .prefixedNo, help: "Let both classes count alike in sum.")
    var balance = true

    @Option(help: "The greatest norm of the gradients; 0 for any.")
    var clip = 0.0

    @OptionGroup var training: TrainingArguments
    @OptionGroup var corpus: CorpusArguments

    func validate() throws {
      guard batch >= 1, rate > 0, rate.isFinite, (0...2).contains(dropout), (0..<1).contains(smoothing),
        clip >= 0
      else {
        throw ValidationError(
          "--batch and --rate must be positive, --dropout 0 to 2, --smoothing 0 to 1, --clip not negative")
      }
    }

    func run() throws {
      let folder = ModelFolder(path: output)
      if !training.resume { try folder.requireFree() }
      let languageModel = try Model(directory: from)
      let run = ClassifierRun(request, try Vocabulary(of: languageModel))
      let tweets = try run.read()
      let workshop = try training.workshop(for: output)
      try folder.write(
        workshop.run { try run.train(on: tweets, over: languageModel, $0) }, resuming: training.resume)
    }

    private var request: ClassifierRequest {
      var request = tweets.request(reading: corpus.reading)
      (request.cleaning, request.maximumTokens, request.recipe) = (training.clean, training.maxTokens, recipe)
      return request
    }

    private var recipe: ClassifierRecipe {
      var recipe = ClassifierRecipe()
      (recipe.batchSize, recipe.rate, recipe.smoothing) = (batch, rate, smoothing)
      if !stage.isEmpty { recipe.stages = stage.map(\.unfreezing) }
      recipe.dropoutFactor = dropout
      recipe.balancesClasses = balance
      recipe.clip = clip > 0 ? clip : nil
      recipe.seed = training.seed
      recipe.precision = training.precision
      return recipe
    }
  }
}

/// A stage of gradual unfreezing on the command line, `groups:epochs:factor`.
struct StageArgument: ExpressibleByArgument {
  let unfreezing: ClassifierRecipe.Unfreezing

  init?(argument: String) {
    let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 3, let groups = Int(parts[0]), let epochs = Int(parts[1]),
      let factor = Double(parts[2]), groups >= 1, epochs >= 1, factor > 0, factor.isFinite
    else { return nil }
    unfreezing = ClassifierRecipe.Unfreezing(groups: groups, epochs: epochs, rateFactor: factor)
  }
}
