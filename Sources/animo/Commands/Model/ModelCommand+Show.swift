import ArgumentParser

extension ModelCommand {
  /// `animo model show`: the properties of a model.
  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show the properties of a model: sizes, labels, cleaning profile, arithmetic, fingerprint.",
      discussion: """
        EXAMPLES
          $ animo model show
          $ animo model show es-tweets-int8
        """)

    @Argument(help: ArgumentHelp("Model folder; by default the built-in model.", valueName: "dir"))
    var directory: String?

    func run() throws {
      try StandardOutput.write(ModelPage(NamedModel(directory: directory)).text)
    }
  }
}
