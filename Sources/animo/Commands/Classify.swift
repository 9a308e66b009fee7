import ArgumentParser
import Glibc
import Scoring
import Synchronization
import SystemCalls
import SystemPackage
import Tweets

/// `animo classify`: the filter.
struct Classify: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "classify",
    abstract: "Label tweets from files or standard input; each input line gives one output line.",
    discussion: """
      EXAMPLES
        $ printf '{"id":1,"text":"qué día tan horrible"}\\n' | animo classify
        $ animo classify --emit compact tweets.csv.gz >labelled.jsonl
        $ tail -f stream.jsonl | animo classify | jq -c 'select(.sentiment.score > 0.9)'
        $ animo classify --emit label tweets.txt | paste - tweets.txt
        $ animo classify --explain 3 tweets.txt | jq -c '[.text, .sentiment.label, .sentiment.why[].word]'

      Formats: JSON Lines, plain text, and CSV or TSV, optionally compressed with gzip, xz, zstd, bzip2 or zip. \
      Unless the name of a file or --input tells the format, the first line does, for all lines: if it is \
      neither JSON nor a header, each line is plain text, be the rest JSON or not; give --input jsonl for a \
      stream of JSON Lines that may begin within a line.
      A line that cannot be labelled gives {"line":…,"error":{…}} in its place; see --errors. Blank lines \
      give no output, except with --emit label (an empty line) and --lockstep. A text with nothing to judge, \
      such as a link alone, is neutral, or has no label (null) if the model does not know neutral.
      Exit status: 0 on success; 65 if lines were rejected; 66 if an input does not exist; 74 if \
      reading or writing failed; 77 if permission is missing; 78 if the model is unusable.
      """)

  /// Treatment of lines that cannot be labelled.
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
    help: "Treatment of lines that cannot be labelled: inline (an error in their place), skip or fail.")
  var errors = Errors.inline

  @Flag(
    help: """
      Answer each line with exactly one line, blank and bad ones included, for programs that run animo as a \
      child; JSON Lines and text only. Bad lines are answers, not errors: status 0.
      """)
  var lockstep = false

  @Option(
    help: ArgumentHelp(
      """
      Number of words to add to each answer as "why": those that contribute most to it, for or against. Takes \
      some hundred times as long as the answer itself.
      """, valueName: "count"))
  var explain = 0

  @Flag(name: .shortAndLong, help: "Print no summary and no progress bar.")
  var quiet = false

  @Argument(
    help: ArgumentHelp("Files to label; standard input if none is given, or for -.", valueName: "file"),
    completion: .file())
  var files: [String] = []

  func validate() throws {
    guard (0...1000).contains(explain) else {
      throw ValidationError("--explain must be between 0 and 1000")
    }
    guard explain == 0 || lines.emit != .label else {
      throw ValidationError("--explain needs --emit merge or --emit compact")
    }
    guard lockstep else { return }
    guard errors == .inline else {
      throw ValidationError("--lockstep answers every line; it does not go with --errors \(errors.rawValue)")
    }
    guard lines.reading.format?.isTable != true else {
      throw ValidationError("--lockstep is for JSON Lines and text; the records of a table are not lines")
    }
  }

  func run() throws {
    try ClassifyRun(self).run()
  }
}
