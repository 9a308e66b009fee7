import ArgumentParser
import Sentiment
import TOML
import TweetText

extension CleaningProfile: ExpressibleByArgument {}

/// The choice of the model and the options for running it.
typealias ModelOptions = SettingArguments<ModelSettings>

enum ModelSettings: SettingGroup { static let flags = Setting.Flags.model }

extension ModelOptions {
  /// The choice made by the command line and `ANIMO_KERNEL`.
  var choice: ModelChoice {
    var choice = configuration.model
    choice.kernel = choice.kernel ?? Environment.value(of: SettingName.variable("kernel"))
    return choice
  }

  /// Loads the model.
  func makeScorer() throws -> SentimentScorer { try choice.makeScorer() }
}
