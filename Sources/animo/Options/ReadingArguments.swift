import ArgumentParser
import Streaming

extension Rendering.Emit: ExpressibleByArgument {}

/// How inputs are read and what outputs look like: the same for the filter and the daemon.
struct ReadingArguments: ParsableArguments {
  @OptionGroup var inputs: InputArguments

  @Option(
    help: """
      What is written of a tweet: merge (the input with the answer added), compact or label. (default: merge)
      """)
  var emit: Rendering.Emit?

  @Option(
    help: ArgumentHelp(
      "How probable positive must be to be said: more than this. (default: 0.5)", valueName: "probability"))
  var threshold: Double?

  @Option(help: "How many threads label. (default: 2)")
  var workers: Int?

  func validate() throws {
    guard workers.map(ServeConfiguration.workersRange.contains) ?? true else {
      throw ValidationError("--workers must be between 1 and 64")
    }
    guard threshold.map(ServeConfiguration.isThreshold) ?? true else {
      throw ValidationError("--threshold must be above 0 and below 1")
    }
  }

  /// How inputs are read.
  var reading: ReadingOptions { inputs.reading }

  /// What is said and written of tweets by a model with `labels`.
  ///
  /// - Throws: `CommandFailure` when there is no threshold between them.
  func rendering(badLines: Rendering.BadLines, labels: [String]) throws(CommandFailure) -> Rendering {
    let threshold = Rendering.threshold(threshold ?? ServeConfiguration().threshold)
    guard labels.count == 2 || threshold == Rendering.evenThreshold else {
      throw CommandFailure(
        .usage, "--threshold is for two labels; this model has \(labels.joined(separator: ", "))")
    }
    return Rendering(emit: emit ?? .merge, badLines: badLines, threshold: threshold)
  }
}

extension Rendering {
  /// A probability in the unit of thresholds.
  static func threshold(_ probability: Double) -> Int { Int((probability * 1e6).rounded()) }
}
