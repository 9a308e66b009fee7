import ArgumentParser

/// The program: labels Spanish tweets as positive or negative.
@main
struct Animo: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "animo",
    abstract: "Say of Spanish tweets whether they are positive or negative, and how sure that is.",
    discussion: """
      EXAMPLE
        $ echo '{"id":7,"text":"qué día tan bonito"}' | animo classify

      The model is part of the program; nothing has to be downloaded or configured.
      """,
    version: Version.current,
    subcommands: [
      Classify.self, Serve.self, DropCommand.self, StatusCommand.self, FsckCommand.self, Config.self,
      Reload.self, Explain.self, Evaluate.self, Train.self, ModelCommand.self,
    ])

  static func main() {
    ProcessSetup.run()
    do {
      try ProcessSetup.checkArguments()
      var command = try parseAsRoot()
      try command.run()
    } catch {
      ExitStatus.end(with: error)
    }
  }
}
