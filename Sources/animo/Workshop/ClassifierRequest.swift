import Training
import TweetText

/// What a classifier is to learn from, and how.
struct ClassifierRequest: Sendable {
  /// Files whose tweets count alike.
  struct Source: Sendable {
    var files: [LabelledFile]
    /// The wanted values of `split`; nil for all.
    var splits: Set<String>?
    /// How much a tweet counts beside those of other sources.
    var weight: Float = 1
  }

  var sources: [Source]
  /// Files with tweets to judge by; none when a share of the sources is to be held back.
  var validation: [LabelledFile] = []
  var validationShare = ClassifierRequest.defaultValidationShare
  var reading = CorpusReading()
  var cleaning = CleaningProfile.standard
  /// Longer tweets are cut.
  var maximumTokens = TrainingArguments.defaultMaximumTokens
  var recipe = ClassifierRecipe()

  static let defaultValidationShare = 0.1
}
