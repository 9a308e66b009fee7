import ArgumentParser
import Training
import Tweets

extension Train {
  /// `animo train all`: from raw files to a model folder, following a recipe.
  struct All: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "all",
      abstract: "Train a model from raw files, following a recipe.",
      discussion: """
        EXAMPLES
          $ cp etc/animo/recipe.toml mine.toml    # then enter the names of your files
          $ animo train all --dry-run mine.toml
          $ animo train all mine.toml
          $ animo train all --resume mine.toml    # after Ctrl-C, a crash or a power cut

        Labels tweets by their emoticons, builds a vocabulary, trains the language models in order and then \
        the classifier, and writes the model. The recipe that comes with the program explains every option.
        """)

    @Flag(help: "Continue an interrupted run; finished steps are not repeated.")
    var resume = false

    @Flag(
      help: "Read all files, try some minibatches and estimate size and time, without training."
    )
    var dryRun = false

    @Argument(help: ArgumentHelp("Recipe, a TOML file.", valueName: "recipe"), completion: .file())
    var recipe: String

    func validate() throws {
      guard !(resume && dryRun) else { throw ValidationError("--dry-run and --resume exclude each other") }
    }

    func run() throws {
      let stop = StopRequest()
      do {
        if dryRun {
          try StandardOutput.write(RecipeRehearsal(recipe, stop: stop).run())
        } else {
          try RecipeRun(Recipe(path: recipe, stop: stop), resumes: resume, stop: stop).run()
        }
      } catch let error as any RemediableError {
        throw CommandFailure(ExitStatus.of(error), ErrorText.inRecipe(error))
      }
    }
  }
}
