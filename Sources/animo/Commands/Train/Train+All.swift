import ArgumentParser
import Training

extension Train {
  /// `animo train all`: raw files to a model folder, as a recipe says it.
  struct All: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make a model from raw files to the end, as a recipe says it.",
      discussion: """
        EXAMPLES
          $ cp etc/animo/recipe.toml mine.toml    # and put in the names of your files
          $ animo train all --dry-run mine.toml
          $ animo train all mine.toml
          $ animo train all --resume mine.toml    # after Ctrl-C, a crash or a power cut

        Labels tweets by their emoticons, makes a vocabulary, trains language models one after the other, \
        then the classifier, and writes the model. The recipe that comes with the program explains every option.
        """)

    @Flag(help: "Go on with what an earlier run has left; what it has finished is not done again.")
    var resume = false

    @Flag(
      help: "Read everything, try some minibatches, say how large and how long it will be, and train nothing."
    )
    var dryRun = false

    @Argument(help: ArgumentHelp("The recipe, a TOML file.", valueName: "recipe"))
    var recipe: String

    func validate() throws {
      guard !(resume && dryRun) else { throw ValidationError("--dry-run and --resume exclude each other") }
    }

    func run() throws {
      let stop = StopRequest()
      if dryRun {
        try StandardOutput.write(RecipeRehearsal(recipe, stop: stop).run())
      } else {
        try RecipeRun(Recipe(path: recipe, stop: stop), resumes: resume, stop: stop).run()
      }
    }
  }
}
