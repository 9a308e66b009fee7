import AWDLSTM
import ArgumentParser
import TweetText

extension ModelCommand {
  /// `animo model import`: weights of fastai or PyTorch to a model folder.
  struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make a model folder of the weights of an AWD-LSTM by fastai or PyTorch.",
      discussion: """
        The weights are a safetensors file with the names of fastai 1, of fastai 2 or of animo, in 16, 32 or \
        64 bits: a language model or a classifier. The tokens are fastai's itos: a JSON array of texts, or a \
        text file with a token a line.

        Weights and tokens out of PyTorch's .pth and Python's .pkl (both run code when they are read: only \
        from somebody you trust):
          $ python3 -c 'import json, pickle, sys, torch
          from safetensors.torch import save_file
          weights = torch.load(sys.argv[1], map_location="cpu")
          weights = weights.get("model", weights)
          save_file({k: v.clone() for k, v in weights.items()}, "weights.safetensors")
          tokens = list(pickle.load(open(sys.argv[2], "rb")))
          json.dump(tokens, open("itos.json", "w"))' model.pth itos.pkl

        EXAMPLE
          $ animo model import weights.safetensors itos.json spanish-lm
          $ animo model import --clean notebook weights.safetensors itos.json tweets
        """)

    @Option(
      help: ArgumentHelp(
        "The classes of a classifier, in the order of its outputs. (default: negative,positive)",
        valueName: "a,b"))
    var labels: String?

    @Option(
      help: "How texts were cleaned when the model was trained: standard or notebook. (default: standard)")
    var clean: CleaningProfile?

    @Option(help: ArgumentHelp("How many tokens of a text are read. (default: 72)", valueName: "n"))
    var maxTokens: Int?

    @Option(
      help: ArgumentHelp(
        "A config.json, as of animo model export, that says these three where no option does.",
        valueName: "file"))
    var config: String?

    @Argument(help: ArgumentHelp("The weights: a safetensors file.", valueName: "weights"))
    var weights: String

    @Argument(help: ArgumentHelp("The tokens by id: JSON, or a token a line.", valueName: "itos"))
    var tokens: String

    @Argument(help: ArgumentHelp("The folder to write; must not exist yet.", valueName: "new-dir"))
    var target: String

    func run() throws {
      let (weights, tokens) = (try ModelFile(path: weights), try ModelFile(path: tokens))
      let specialTokens = SpecialToken.allCases.map(\.text)
      let model = try ModelImport(like: template(), specialTokens: specialTokens).model(
        weights: weights, tokens: tokens)
      do { try model.write(to: target) } catch { throw CommandFailure(.cannotCreate, "\(error)") }
      try StandardOutput.write(ModelPage(NamedModel(directory: target)).text)
    }

    /// What the options say, then the configuration, then the defaults.
    private func template() throws -> Architecture {
      var template = try config.map { try Architecture(configuration: ModelFile(path: $0)) } ?? Self.defaults
      if let labels {
        template.labels = labels.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      }
      if let clean { template.cleaning = clean.rawValue }
      if let maxTokens { template.maximumTokens = maxTokens }
      return template
    }

    /// The labels, cleaning and length of the case study's classifier; sizes come from the tensors.
    private static let defaults = Architecture(
      vocabularySize: 0, embeddingSize: 0, hiddenSize: 0, layerCount: 0, labels: ["negative", "positive"],
      cleaning: CleaningProfile.standard.rawValue, maximumTokens: 72)
  }
}
