import AWDLSTM
import ArgumentParser

extension TensorNames: ExpressibleByArgument {}

extension ModelCommand {
  /// `animo model export`: from a model folder to weights for PyTorch and fastai.
  struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Export the weights of a model for PyTorch or fastai.",
      discussion: """
        EXAMPLE
          $ animo model export --names fastai es-tweets-fastai
          $ cd es-tweets-fastai
          $ python3 -c 'import torch; from safetensors.torch import load_file
          torch.save(load_file("weights.safetensors"), "model.pth")'

        Writes a folder with weights.safetensors (always 32 bits), itos.json (the tokens by id) and \
        config.json; animo model import reads it.
        """)

    @Option(
      help: "Naming scheme of the tensors: animo (that of a plain PyTorch module) or fastai (version 1).")
    var names = TensorNames.animo

    @Option(
      help: ArgumentHelp("Model folder; by default the built-in model.", valueName: "dir"))
    var model: String?

    @Argument(help: ArgumentHelp("Output folder; must not exist yet.", valueName: "new-dir"))
    var target: String

    func run() throws {
      let model = try NamedModel(directory: model).model
      do {
        try model.export(to: target, names: names)
      } catch {
        throw CommandFailure(.cannotCreate, "\(error)")
      }
    }
  }
}
