import AWDLSTM
import ArgumentParser

extension TensorNames: ExpressibleByArgument {}

extension ModelCommand {
  /// `animo model export`: a model folder to weights that PyTorch and fastai read.
  struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write a model's weights for PyTorch or fastai.",
      discussion: """
        Writes a folder with weights.safetensors (32 bits, whatever the model's are), itos.json (the tokens \
        by id) and config.json. Such a folder goes back with animo model import.

        EXAMPLE
          $ animo model export --names fastai es-tweets-fastai
          $ cd es-tweets-fastai
          $ python3 -c 'import torch; from safetensors.torch import load_file
          torch.save(load_file("weights.safetensors"), "model.pth")'
        """)

    @Option(
      help: "Whose names the tensors get: animo (those of a plain PyTorch module) or fastai (version 1).")
    var names = TensorNames.animo

    @Option(
      help: ArgumentHelp("A folder with a model, in place of the one in the program.", valueName: "dir"))
    var model: String?

    @Argument(help: ArgumentHelp("The folder to write; must not exist yet.", valueName: "new-dir"))
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
