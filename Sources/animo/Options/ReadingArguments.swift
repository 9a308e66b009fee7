import ArgumentParser
import Streaming

extension Rendering.Emit: ExpressibleByArgument {}

/// How inputs are read and what outputs look like: the same for the filter and the daemon.
struct ReadingArguments: ParsableArguments {
  @OptionGroup var inputs: InputArguments

  @Option(help: "What is written of a tweet: merge (the input with the answer added), compact or label.")
  var emit = Rendering.Emit.merge

  @Option(help: "How many threads label.")
  var workers = 2

  func validate() throws {
    guard emit != .merge || !inputs.textKey.contains("sentiment") else {
      throw ValidationError(
        "--emit merge puts its own member \"sentiment\" in place of the text there; use --emit compact")
    }
    guard workers >= 1, workers <= 64 else { throw ValidationError("--workers must be between 1 and 64") }
  }

  /// How inputs are read.
  var reading: ReadingOptions { inputs.reading }
}
