import ArgumentParser
import Kernels
import Sentiment
import TweetText

extension CleaningProfile: ExpressibleByArgument {}

/// Which model is used, and how.
struct ModelOptions: ParsableArguments {
  @Option(help: ArgumentHelp("A folder with a model, in place of the one in the program.", valueName: "dir"))
  var model: String?

  @Option(help: "How texts are cleaned, if not as the model was trained: standard or notebook.")
  var clean: CleaningProfile?

  @Option(
    help: ArgumentHelp(
      "The kernels to compute with: \(KernelSet.names). The best ones for the model and this machine are taken "
        + "if none are named; ANIMO_KERNEL does the same.", valueName: "name"))
  var kernel: String?

  @Flag(
    inversion: .prefixedNo,
    help: """
      Remember answers to recent texts, so that retweets cost a look-up; the answers are the same. \
      (default: --cache)
      """)
  var cache: Bool?

  @Option(
    help: ArgumentHelp(
      "Memory for what the first layer makes of frequent words; gains little, and changes no answer. (default: 0)",
      valueName: "MiB"))
  var wordTable: Int?

  func validate() throws {
    let range = ServeConfiguration.wordTableRange
    guard wordTable.map(range.contains) ?? true else {
      throw ValidationError("--word-table must be between \(range.lowerBound) and \(range.upperBound)")
    }
  }

  /// What the command line and `ANIMO_KERNEL` say.
  var choice: ModelChoice {
    var choice = ModelChoice()
    choice.directory = model
    choice.clean = clean
    choice.kernel = kernel ?? Environment.value(of: "ANIMO_KERNEL")
    choice.cachesAnswers = cache ?? choice.cachesAnswers
    choice.wordTable = wordTable ?? choice.wordTable
    return choice
  }

  /// Loads the model.
  func makeScorer() throws -> SentimentScorer { try choice.makeScorer() }
}
