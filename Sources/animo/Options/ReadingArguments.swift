import ArgumentParser
import Scoring
import TOML
import Tweets

extension Rendering.Emit: ExpressibleByArgument {}
extension Rendering.Labels: ExpressibleByArgument {}

/// Options for input and output, shared by the filter and the daemon.
struct ReadingArguments: ParsableArguments {
  @OptionGroup var inputs: InputArguments
  @OptionGroup var scoring: SettingArguments<ScoringSettings>

  func validate() throws {
    let configuration = configuration
    guard configuration.emit != .merge || !configuration.reading.textIsSentiment else {
      throw ValidationError(
        "--emit merge puts its own member \"sentiment\" in place of the text there; use --emit compact")
    }
  }

  /// The given values, by name of the setting.
  var given: [String: TOMLValue] { inputs.given.merging(scoring.given) { $1 } }

  /// How inputs are read.
  var reading: ReadingOptions { configuration.reading }

  /// What is written of a labelled line.
  var emit: Rendering.Emit { configuration.emit }

  /// The number of labelling threads.
  var workers: Int { configuration.workers }

  private var configuration: ServeConfiguration { ServeConfiguration(given) }

  /// The rendering of answers for a model with `labels`.
  ///
  /// - Throws: `CommandFailure` if `--labels 2` or `--threshold` does not suit the labels.
  func rendering(badLines: Rendering.BadLines, labels: [String]) throws(CommandFailure) -> Rendering {
    let rendering = configuration.rendering(badLines: badLines)
    guard let answers = rendering.answers(of: labels) else {
      throw CommandFailure(
        .usage, "--labels 2 is for positive and negative; this model has \(labels.joined(separator: ", "))")
    }
    guard rendering.thresholdApplies(to: answers) else {
      throw CommandFailure(
        .usage, "--threshold is for the label positive; this model has \(labels.joined(separator: ", "))")
    }
    return rendering
  }
}

enum ScoringSettings: SettingGroup { static let flags = Setting.Flags.scoring }

extension Rendering {
  /// A probability in millionths, the unit of comparisons.
  static func millionths(_ probability: Double) -> Int { Int((probability * 1e6).rounded()) }
}
