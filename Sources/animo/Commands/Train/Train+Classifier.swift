import AWDLSTM
import ArgumentParser
import Datasets
import Training
import TweetText

extension Train {
  /// `animo train classifier`: from a language model and labelled tweets to a classifier.
  struct Classifier: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "classifier",
      abstract: "Train a classifier on top of a language model, with gradual unfreezing.",
      discussion: """
        EXAMPLES
          $ animo train classifier --from tweets --positive positive.txt --negative negative.txt --output mine
          $ animo train classifier --from tweets --labelled gold.jsonl --split train --output mine
          $ animo train classifier --from mine --keep-head --labelled more.jsonl --output further
          $ animo classify --model mine new.jsonl

        A stage, groups:epochs:factor, consists of the number of layer groups that learn, counted from the \
        head down (the head, each LSTM layer, the embedding), the number of epochs, and a factor for the \
        rate. The default stages are those of the case study. Wide term and marks of --from are not taken \
        over. The temperature fitted on the validation tweets is stored in the model.
        """)

    @Option(
      help: ArgumentHelp("Output folder for the model; must not exist yet.", valueName: "new-dir"),
      completion: .directory)
    var output: String

    @Option(
      help: ArgumentHelp(
        "Folder of the language model, or of a classifier whose encoder is used; es-tweets is the built-in model.",
        valueName: "dir"), completion: .directory)
    var from: String

    @Flag(help: "Keep the head of --from too, a classifier with the same labels, and train it further.")
    var keepHead = false

    @Option(
      help: ArgumentHelp(
        """
        Folder of a larger model with the same words and as many units in the last layer, whose states are learnt too; \
        es-tweets is the built-in model.
        """, valueName: "dir"), completion: .directory)
    var teacher: String?

    @Option(help: "Weight of the teacher's states compared with that of the labels. (default: 400)")
    var teacherWeight: Float?

    @Option(
      help: ArgumentHelp(
        "Labels, in the order of the model's logits. (default: negative,positive)", valueName: "a,b,…"))
    var labels: LabelList?

    @OptionGroup var tweets: LabelledTweetArguments

    @Option(
      help: ArgumentHelp(
        "Stage, groups:epochs:factor, of at most 10,000 epochs; may be repeated.", valueName: "stage"))
    var stage: [StageArgument] = []

    @Option(
      help: ArgumentHelp(
        """
        Maximum learning rate of the head. \
        (default: \(NumberText.fixed(ClassifierRecipe().rate, decimals: 4)))
        """))
    var rate: Double?

    @Option(
      help: "Ratio of the learning rate of each layer group to that of the group below it; 1 for equal rates."
    )
    var rateRatio = ClassifierRecipe().rateRatio

    @Option(help: "Number of tweets per minibatch.")
    var batch = ClassifierRecipe().batchSize

    @Option(help: "Factor for the dropouts.")
    var dropout: Float = ClassifierRecipe().dropoutFactor

    @Option(
      help: ArgumentHelp(
        """
        Round the weights of the LSTM layers to this many bits, 3 to 8, in training already, so that little is lost \
        when the model is quantised to as many.
        """, valueName: "bits"))
    var bits: Int?

    @Option(help: "Factor for the regularisation of activations (AR and TAR).")
    var regularisation: Float = ClassifierRecipe().regularisationFactor

    @Option(help: "Label smoothing.")
    var smoothing: Float = 0

    @Flag(inversion: .prefixedNo, help: "Give all labels the same total weight.")
    var balance = true

    @Option(help: "Maximum norm of the gradients; 0 for no limit.")
    var clip = 0.0

    @OptionGroup var training: TrainingArguments
    @OptionGroup var corpus: CorpusArguments

    func validate() throws {
      guard (1...1 << 16).contains(batch), rate ?? 1 > 0, rate?.isFinite != false,
        (0...1.9).contains(dropout),
        bits.map(WeightRounding.bits.contains) ?? true, (0..<1).contains(smoothing), clip >= 0,
        (1...1000).contains(rateRatio),
        (0...1000).contains(regularisation), teacherWeight.map(TeacherRequest.weights.contains) ?? true
      else {
        throw ValidationError(
          "--batch must be between 1 and \(1 << 16), --rate positive, --dropout 0 to 1.9, "
            + "--smoothing from 0, less than 1, --clip not negative, --rate-ratio 1 to 1000, --regularisation 0 to 1000, --bits 3 to 8, "
            + "--teacher-weight 0 to 1000000"
        )
      }
      guard teacher != nil || teacherWeight == nil else {
        throw ValidationError("--teacher-weight needs --teacher")
      }
    }

    func run() throws {
      let folder = ModelFolder(path: output)
      if !training.resume { try folder.requireFree() }
      try folder.requireWritable()
      let start = try Model(named: from)
      let request = try request()
      try request.requireFit(of: start)
      let run = ClassifierRun(request, try Vocabulary(of: start))
      let tweets = try run.read()
      let session = try training.session(for: output)
      try folder.write(
        session.run {
          try run.train(on: tweets, from: start, $0, keepingIn: session.stageModels)
        }, resuming: training.resume)
      try session.writeHeldOut(request, judgedBy: output)
      try session.requireConvergence()
    }

    private func request() throws -> ClassifierRequest {
      let names = labels?.names ?? LabelSet.negativeAndPositive.names
      var request = try tweets.request(labels: names, reading: corpus.reading)
      if let missing = request.fileLabels.first(where: { !names.contains($0) }) {
        throw CommandFailure(
          .usage, "files of \(missing) tweets are named, but the labels are \(names.joined(separator: ", "))")
      }
      (request.cleaning, request.maximumTokens, request.recipe) = (training.clean, training.maxTokens, recipe)
      request.keepsHead = keepHead
      request.teacher = teacher.map {
        TeacherRequest(name: $0, weight: teacherWeight ?? TeacherRequest.defaultWeight)
      }
      return request
    }

    private var recipe: ClassifierRecipe {
      var recipe = ClassifierRecipe()
      (recipe.batchSize, recipe.smoothing) = (batch, smoothing)
      if let rate { recipe.rate = rate }
      if !stage.isEmpty { recipe.stages = stage.map(\.unfreezing) }
      (recipe.dropoutFactor, recipe.regularisationFactor, recipe.rateRatio) = (
        dropout, regularisation, rateRatio
      )
      recipe.rounding = bits.map { WeightRounding(bits: $0) }
      recipe.balancesClasses = balance
      recipe.clip = clip > 0 ? clip : nil
      recipe.seed = training.seed
      recipe.precision = training.precision
      return recipe
    }
  }
}

/// Labels on the command line, `negative,neutral,positive`: at least two, all different.
struct LabelList: ExpressibleByArgument {
  let names: [String]

  init?(argument: String) {
    names = argument.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard names.count >= 2, Set(names).count == names.count, !names.contains("") else { return nil }
  }
}

/// A stage of gradual unfreezing on the command line, `groups:epochs:factor`.
struct StageArgument: ExpressibleByArgument {
  let unfreezing: ClassifierRecipe.Unfreezing

  init?(argument: String) {
    let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 3, let groups = Int(parts[0]), let epochs = Int(parts[1]),
      let factor = Double(parts[2]), groups >= 1, (1...10_000).contains(epochs), factor > 0, factor.isFinite
    else { return nil }
    unfreezing = ClassifierRecipe.Unfreezing(groups: groups, epochs: epochs, rateFactor: factor)
  }
}
