import ArgumentParser

/// The program: classifies the sentiment of Spanish tweets.
struct Animo: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "animo",
    abstract: "Classify the sentiment of Spanish tweets, with a probability for each label.",
    discussion: """
      EXAMPLE
        $ echo '{"id":7,"text":"qué día tan bonito"}' | animo classify

      The model is built into the program; nothing has to be downloaded or configured.
      """,
    version: Version.current,
    subcommands: [
      Classify.self, Serve.self, DropCommand.self, StatusCommand.self, QueueCommand.self, CancelCommand.self,
      HoldCommand.self, ReleaseCommand.self, RetryCommand.self, FsckCommand.self, Config.self, Reload.self,
      Explain.self, Evaluate.self, Train.self, ModelCommand.self,
    ])

  static func main() {
    ProcessSetup.run()
    do {
      var command = try parseAsRoot(ProgramArguments.prepared())
      try command.run()
    } catch {
      ExitStatus.end(with: error)
    }
  }
}

/// The way into the program.
package enum EntryPoint {
  /// Runs the command that the arguments name, and ends the process with its status.
  package static func run() { Animo.main() }
}

/// The version of this release, as in the change list.
enum Version {
  static let current = "0.1.0"
}
