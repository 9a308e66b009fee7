import AWDLSTM
import ArgumentParser
import Training
import TweetText

extension Train {
  /// `animo train language-model`: from texts to a model that predicts the next token.
  struct LanguageModel: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "language-model",
      abstract: "Train a language model, from scratch or starting from another model.",
      discussion: """
        EXAMPLES
          $ animo train language-model books.txt.xz --vocabulary vocab.txt --output spanish
          $ animo train language-model tweets.txt --vocabulary vocab.txt --from spanish --frozen-epochs 1 --output tweets
          $ animo train language-model mine.txt --from es-tweets --rate 0.0005 --epochs 1 --output mine

        With --from and --vocabulary, words that the old model knows keep their embeddings, and new words \
        start with the mean embedding. --from takes a classifier too: its encoder is used, and the decoder \
        is trained from scratch. es-tweets is the built-in model. Ctrl-C saves a checkpoint; --resume continues \
        from it, with the same results as an uninterrupted run.
        """)

    @Option(
      help: ArgumentHelp("Output folder for the model; must not exist yet.", valueName: "new-dir"),
      completion: .directory)
    var output: String

    @Option(help: ArgumentHelp("Vocabulary, one token per line.", valueName: "file"), completion: .file())
    var vocabulary: String?

    @Option(
      help: ArgumentHelp("Folder of the model to start from, or es-tweets.", valueName: "dir"),
      completion: .directory)
    var from: String?

    @Option(
      help: ArgumentHelp("File of validation texts; may be repeated.", valueName: "file"), completion: .file()
    )
    var validation: [String] = []

    @Option(help: "Share of the corpora held back for validation without --validation.")
    var validationShare = LanguageModelRequest.defaultValidationShare

    @Option(help: "Size of the word embeddings.")
    var embedding = NetworkSizes().embedding

    @Option(help: "Number of units of the inner LSTM layers.")
    var hidden = NetworkSizes().hidden

    @Option(help: "Number of LSTM layers.")
    var layers = NetworkSizes().layers

    @Option(help: "Number of passes over all texts.")
    var epochs = 3

    @Option(
      help: "Number of preceding epochs in which only embedding and decoder learn, at ten times the rate.")
    var frozenEpochs = 0

    @Option(
      help: ArgumentHelp(
        "Maximum learning rate. (default: \(NumberText.fixed(LanguageModelRecipe().rate, decimals: 5)))"))
    var rate: Double?

    @Option(help: "Number of parallel streams of text.")
    var batch = LanguageModelRecipe().rows

    @Option(help: "Number of steps of each stream in a minibatch.")
    var bptt = LanguageModelRecipe().length

    @Option(help: "Factor for the five dropouts.")
    var dropout: Float = LanguageModelRecipe().dropoutFactor

    @Option(help: "Number of sampled words in the training softmax; 0 uses all words.")
    var candidates = 4096

    @Option(help: "Maximum norm of the gradients; 0 for no limit.")
    var clip = 0.0

    @OptionGroup var training: TrainingArguments
    @OptionGroup var corpus: CorpusArguments

    @Argument(help: ArgumentHelp("Files of texts.", valueName: "corpus"), completion: .file())
    var corpora: [String]

    func validate() throws {
      guard vocabulary != nil || from != nil else {
        throw ValidationError("name a vocabulary with --vocabulary, or a model to start from with --from")
      }
      guard [embedding, hidden, batch, bptt].allSatisfy({ (1...1 << 16).contains($0) }),
        (1...8).contains(layers)
      else {
        throw ValidationError(
          "--embedding, --hidden, --batch and --bptt must be between 1 and \(1 << 16), --layers 1 to 8")
      }
      guard [epochs, frozenEpochs].allSatisfy({ (0...10_000).contains($0) }) else {
        throw ValidationError("--epochs and --frozen-epochs must be between 0 and 10000")
      }
      guard epochs + frozenEpochs > 0 else { throw ValidationError("there must be an epoch to train") }
      guard rate ?? 1 > 0, rate?.isFinite != false, (0...3).contains(dropout), clip >= 0,
        (0...1 << 24).contains(candidates), (0..<1).contains(validationShare)
      else {
        throw ValidationError(
          "--rate must be positive, --dropout 0 to 3, --candidates 0 to \(1 << 24), --clip not negative, "
            + "--validation-share from 0, less than 1"
        )
      }
    }

    func run() throws {
      let folder = ModelFolder(path: output)
      if !training.resume { try folder.requireFree() }
      try folder.requireWritable()
      let run = LanguageModelRun(request, from: try start())
      let texts = try run.read()
      let session = try training.session(for: output)
      try folder.write(
        session.run { try run.train(on: texts, $0, keepingIn: session.stageModels) },
        resuming: training.resume)
      try session.requireConvergence()
    }

    private func start() throws -> LanguageModelStart {
      let words = try vocabulary.map { try VocabularyFile(path: $0).read() }
      if let from { return try LanguageModelStart(Model(named: from), words: words) }
      guard let words else {
        throw CommandFailure(.usage, "name a vocabulary with --vocabulary, or a model with --from")
      }
      return try LanguageModelStart(
        words, NetworkSizes(embedding: embedding, hidden: hidden, layers: layers), seed: training.seed)
    }

    private var request: LanguageModelRequest {
      LanguageModelRequest(
        corpora: corpora, validation: validation, validationShare: validationShare, reading: corpus.reading,
        cleaning: training.clean, maximumTokens: training.maxTokens, recipe: recipe)
    }

    private var recipe: LanguageModelRecipe {
      var recipe = LanguageModelRecipe()
      (recipe.rows, recipe.length) = (batch, bptt)
      if let rate { recipe.rate = rate }
      (recipe.epochs, recipe.frozenEpochs) = (epochs, frozenEpochs)
      recipe.dropoutFactor = dropout
      recipe.candidates = candidates > 0 ? candidates : nil
      recipe.clip = clip > 0 ? clip : nil
      recipe.seed = training.seed
      recipe.precision = training.precision
      return recipe
    }
  }
}
