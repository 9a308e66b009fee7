import ArgumentParser
import Glibc
import Streaming
import Synchronization
import SystemCalls
import SystemPackage

/// `animo classify`: the filter.
struct Classify: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Label tweets from files or standard input, one line out for each line in.",
    discussion: """
      EXAMPLES
        $ printf '{"id":1,"text":"qué día tan horrible"}\\n' | animo classify
        $ animo classify --emit compact tweets.csv.gz >labelled.jsonl
        $ tail -f stream.jsonl | animo classify | jq -c 'select(.sentiment.score > 0.9)'

      Formats: JSON Lines, plain text, CSV and TSV with a header, each also compressed with gzip or xz.
      A line that cannot be labelled is answered in its place with {"line":…,"error":{…}}.
      Exit status: 0; 65 when lines were rejected; 66 no such input; 74 when reading or writing failed.
      """)

  /// What becomes of lines that cannot be labelled.
  enum Errors: String, CaseIterable, ExpressibleByArgument {
    case inline, skip, fail

    var badLines: Rendering.BadLines {
      switch self {
      case .inline: .inline
      case .skip: .skip
      case .fail: .stop
      }
    }
  }

  @OptionGroup var model: ModelOptions
  @OptionGroup var lines: ReadingArguments

  @Option(
    help: "What becomes of a line that cannot be labelled: inline (an error in its place), skip or fail.")
  var errors = Errors.inline

  @Flag(name: .shortAndLong, help: "No summary and no progress bar.")
  var quiet = false

  @Argument(
    help: ArgumentHelp("Files to label; standard input if there is none, or for -.", valueName: "file"))
  var files: [String] = []

  func run() throws {
    try ClassifyRun(self).run()
  }
}
