import ArgumentParser

extension ModelCommand {
  /// `animo model show`: what a model is.
  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Say what a model is: sizes, labels, cleaning, arithmetic, fingerprint.",
      discussion: """
        EXAMPLE
          $ animo model show
          $ animo model show es-tweets-int8
        """)

    @Argument(help: ArgumentHelp("The model's folder; the model in the program if none.", valueName: "dir"))
    var directory: String?

    func run() throws {
      try StandardOutput.write(ModelPage(NamedModel(directory: directory)).text)
    }
  }
}
