import AWDLSTM
import ArgumentParser
import SystemPackage
import TweetText

extension ModelCommand {
  /// `animo model import`: from weights of fastai or PyTorch to a model folder.
  struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "import",
      abstract: "Import the weights of an AWD-LSTM from fastai or PyTorch into a model folder.",
      discussion: """
        EXAMPLES
          $ animo model import weights.safetensors itos.json spanish-lm
          $ animo model import --clean notebook weights.safetensors itos.json tweets

        The weights, of a language model or a classifier, are a safetensors file with 16, 32 or 64 bits per \
        number and the tensor names of fastai 1, fastai 2 or animo. The tokens are fastai's itos: a JSON \
        array of strings, or a text file with one token per line.

        To convert PyTorch's .pth and Python's .pkl (reading either can execute code; use only files from \
        trusted sources):
          $ python3 -c 'import json, pickle, sys, torch
          from safetensors.torch import save_file
          weights = torch.load(sys.argv[1], map_location="cpu")
          weights = weights.get("model", weights)
          save_file({k: v.clone() for k, v in weights.items()}, "weights.safetensors")
          tokens = list(pickle.load(open(sys.argv[2], "rb")))
          json.dump(tokens, open("itos.json", "w"))' model.pth itos.pkl
        """)

    @Option(
      help: ArgumentHelp(
        "Labels of a classifier, in the order of its outputs. (default: negative,positive)",
        valueName: "a,b"))
    var labels: String?

    @Option(
      help:
        "Cleaning profile used in training: standard, standard-2 or notebook. (default: standard)"
    )
    var clean: CleaningProfile?

    @Option(help: ArgumentHelp("Maximum number of tokens per text. (default: 72)", valueName: "n"))
    var maxTokens: Int?

    @Option(
      help: ArgumentHelp(
        "A config.json, as written by animo model export, with defaults for these three options.",
        valueName: "file"), completion: .file())
    var config: String?

    @Argument(help: ArgumentHelp("Weights, a safetensors file.", valueName: "weights"), completion: .file())
    var weights: String

    @Argument(
      help: ArgumentHelp("Tokens by id: JSON, or one token per line.", valueName: "itos"), completion: .file()
    )
    var tokens: String

    @Argument(
      help: ArgumentHelp("Output folder; must not exist yet.", valueName: "new-dir"), completion: .directory)
    var target: String

    func run() throws {
      for path in [self.weights, self.tokens] { _ = try InputFile(path: path) }
      let (weights, tokens) = (try ModelFile(path: weights), try ModelFile(path: tokens))
      let specialTokens = SpecialToken.allCases.map(\.text)
      var foreign = ModelImport(like: try template(), specialTokens: specialTokens)
      if let config, foreign.template.marks != nil {
        let folder = FilePath(config).removingLastComponent().appending(Model.StandardFile.marks)
        foreign.marks = try ModelFile(path: folder.string).lines()
      }
      let model = try foreign.model(weights: weights, tokens: tokens)
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
