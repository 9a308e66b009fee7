import AWDLSTM
import ArgumentParser
import DefaultModel

/// `animo model`: models as files.
struct ModelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "model", abstract: "Work with model folders.",
    subcommands: [Show.self, Quantise.self, Import.self, Export.self])

  /// `animo model quantise`: fp32 weights to int8.
  struct Quantise: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write a model with 8-bit weights, a quarter of the size.",
      discussion: """
        EXAMPLE
          $ animo model quantise es-tweets es-tweets-int8
          $ animo classify --model es-tweets-int8 tweets.jsonl
        """)

    @Argument(help: ArgumentHelp("The folder of the model with 32-bit weights.", valueName: "dir"))
    var source: String

    @Argument(help: ArgumentHelp("The folder to write; must not exist yet.", valueName: "new-dir"))
    var target: String

    func run() throws {
      let model = try Model(directory: source).quantised()
      do { try model.write(to: target) } catch { throw CommandFailure(.cannotCreate, "\(error)") }
    }
  }
}

/// A model with what people call it.
struct NamedModel {
  let name: String
  let model: Model

  /// The model in a folder, or the one in the program if none is given.
  init(directory: String?) throws(ModelError) {
    guard let directory else {
      (name, model) = (DefaultModel.name, try DefaultModel.load())
      return
    }
    name = directory.split(separator: "/").last.map(String.init) ?? directory
    model = try Model(directory: directory)
  }
}
