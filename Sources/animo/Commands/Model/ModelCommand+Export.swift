import AWDLSTM
import ArgumentParser

extension TensorNames: ExpressibleByArgument {}

extension ModelCommand {
  /// `animo model export`: from a model folder to weights for PyTorch and fastai, or a folder for the Hugging Face Hub.
  struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "export",
      abstract: "Export a model for PyTorch, fastai or the Hugging Face Hub.",
      discussion: """
        EXAMPLES
          $ animo model export --hub es-tweets-hub
          $ animo model export --names fastai es-tweets-fastai
          $ cd es-tweets-fastai
          $ python3 -c 'import torch; from safetensors.torch import load_file
          torch.save(load_file("weights.safetensors"), "model.pth")'

        Writes a folder with weights.safetensors (always 32 bits), itos.json (the tokens by id) and \
        config.json; animo model import reads it. With --hub, a model folder in 32 bits that --model reads as it \
        is, with a model card (README.md) and modeling_animo.py, which computes the same in PyTorch.
        """)

    @Flag(help: "Write a folder for the Hugging Face Hub.")
    var hub = false

    @Option(
      help: "Naming scheme of the tensors: animo (that of a plain PyTorch module) or fastai (version 1).")
    var names = TensorNames.animo

    @Option(
      help: ArgumentHelp("Model folder; by default the built-in model.", valueName: "dir"),
      completion: .directory)
    var model: String?

    @Argument(
      help: ArgumentHelp("Output folder; must not exist yet.", valueName: "new-dir"), completion: .directory)
    var target: String

    func validate() throws {
      guard hub, names != .animo else { return }
      throw ValidationError(
        "--hub names tensors as PyTorch does; it does not go with --names \(names.rawValue)")
    }

    func run() throws {
      let named = try NamedModel(directory: model)
      do {
        if hub {
          try named.model.exportForHub(to: target, with: HubFolder(named: named).files)
        } else {
          try named.model.export(to: target, names: names)
        }
      } catch {
        throw CommandFailure(.cannotCreate, "\(error)")
      }
    }
  }
}
