import AWDLSTM
import ArgumentParser
import DefaultModel
import SystemCalls
import SystemPackage

/// `animo model`: models as files.
struct ModelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "model", abstract: "Inspect, convert and exchange models.",
    discussion: """
      EXAMPLE
        $ animo model show
      """,
    subcommands: [Show.self, Shrink.self, Quantise.self, Import.self, Export.self])

  /// `animo model quantise`: from 32-bit weights to weights of 8 bits and fewer.
  struct Quantise: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "quantise",
      abstract: "Convert a model to 8-bit weights, a quarter of the size.",
      discussion: """
        EXAMPLES
          $ animo model quantise es-tweets es-tweets-int8
          $ animo classify --model es-tweets-int8 tweets.jsonl
          $ animo model quantise --bits 4 es-tweets es-tweets-int4

        With --bits the weights of the LSTM layers are rounded to fewer bits. Processors with AVX2 and without VNNI \
        are faster with 6, 5 and 4 bits or fewer, and with up to 4 bits these weights take half the space. Evaluate \
        the result: with 4 bits the built-in model is as accurate as with 8. Start from a model with 32-bit weights \
        where there is one; 8-bit weights are rounded again, unless they have as few bits already.
        """)

    @Option(help: ArgumentHelp("Bits of a weight of the LSTM layers, from 2 to 8.", valueName: "n"))
    var bits = 8

    @Argument(help: ArgumentHelp("Folder of the model.", valueName: "dir"), completion: .directory)
    var source: String

    @Argument(
      help: ArgumentHelp("Output folder; must not exist yet.", valueName: "new-dir"), completion: .directory)
    var target: String

    func validate() throws {
      guard Model.bitsOfLayers.contains(bits) else {
        throw ValidationError("--bits must be between 2 and 8")
      }
    }

    func run() throws {
      let model = try Model(directory: source).quantised(bits: bits)
      do { try model.write(to: target) } catch { throw CommandFailure(.cannotCreate, "\(error)") }
    }
  }
}

/// A model and its name.
struct NamedModel {
  let name: String
  let model: Model

  /// The model in a folder; by default the built-in model.
  init(directory: String?) throws(ModelError) {
    guard let directory else {
      (name, model) = (DefaultModel.name, try DefaultModel.load())
      return
    }
    name = directory.split(separator: "/").last.map(String.init) ?? directory
    model = try Model(named: directory)
  }
}

extension Model {
  /// The model in a folder; the built-in one under its own name, where there is no such folder.
  init(named name: String) throws(ModelError) {
    self = try DefaultModel.isMeant(by: name) ? DefaultModel.load() : Model(directory: name)
  }
}

extension DefaultModel {
  /// Whether this model is meant by a name, and not the folder of that name.
  ///
  /// - Parameter folder: the path that the name stands for; by default the name itself.
  static func isMeant(by name: String, insteadOf folder: String? = nil) -> Bool {
    name == Self.name && (try? Stat(FilePath(folder ?? name))) == nil
  }
}
