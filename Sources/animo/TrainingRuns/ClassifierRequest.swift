import Datasets
import Training
import TweetText

/// The tweets and options for training a classifier.
struct ClassifierRequest: Sendable {
  /// Files whose tweets have the same weight.
  struct Source: Sendable {
    var files: [LabelledFile]
    /// The wanted values of `split`; nil for all.
    var splits: Set<String>?
    /// The weight of a tweet relative to other sources.
    var weight: Float = 1

    /// The weights whose sums over all tweets, and ratios, are still numbers.
    static let weights: ClosedRange<Float> = 0...1e6
  }

  /// The labels of the classifier.
  var labels = LabelSet.negativeAndPositive
  var sources: [Source]
  /// Files of validation tweets; empty if a share of the sources is held back instead.
  var validation: [LabelledFile] = []
  var validationShare = ClassifierRequest.defaultValidationShare
  var reading = CorpusReading()
  var cleaning = CleaningProfile.standard
  /// The maximum number of tokens per tweet; longer tweets are truncated.
  var maximumTokens = TrainingArguments.defaultMaximumTokens
  var recipe = ClassifierRecipe()
  /// Whether the head of the model that the training starts from is kept.
  var keepsHead = false
  /// A larger model whose states are learnt too; nil for none.
  var teacher: TeacherRequest?

  /// Files whose tweets all have one label, for each label that has some.
  ///
  /// - Parameter onlyOdds: whether the files teach only the odds between positive and negative; nil means that they
  ///   do if some label has no such files, as that label would otherwise seem rare.
  static func files(
    _ files: [(label: String, paths: [String])], labels: LabelSet, onlyOdds: Bool?
  ) -> [LabelledFile] {
    let labelled = Set(files.filter { !$0.paths.isEmpty }.map(\.label))
    let onlyOdds = onlyOdds ?? !labels.names.allSatisfy(labelled.contains)
    return files.flatMap { label, paths in
      paths.map { path in
        let decides = label == "positive" || label == "negative"
        return LabelledFile(path: path, label: label, onlyOdds: onlyOdds && decides)
      }
    }
  }

  /// The labels of files with a single label, in alphabetical order.
  var fileLabels: [String] {
    Set((sources.flatMap(\.files) + validation).compactMap(\.label)).sorted()
  }

  static let defaultValidationShare = 0.1
}
