import Datasets
import Training

/// Labelled tweets, read as a stream and divided into training and validation.
///
/// Texts are not kept; the caller converts each as it is read.
struct LabelledSides {
  /// The indices of the tweets on each side, in reading order from 0.
  let training: [Int]
  let validation: [Int]
  /// The report on keeping near-duplicates on one side; empty if there are validation files.
  let split: SplitReport

  /// Reads the requested tweets. Tweets of one author and near-duplicates stay on one side, whatever files they are
  /// in; the same files, share and seed give the same sides.
  ///
  /// - Parameters:
  ///   - stage: the name of the stage for the log.
  ///   - body: called with each tweet and its weight.
  init(
    _ request: ClassifierRequest, stage: String, _ body: (LabelledExample, _ weight: Float) throws -> Void
  ) throws {
    let isSplit = request.validation.isEmpty
    var builder = SplitBuilder(
      SplitOptions(share: request.validationShare, seed: request.recipe.seed))
    var (count, learnt) = (0, 0)
    try Self.forEachTweet(of: request) { example, weight, isValidation in
      if isSplit { builder.add(example.text.span, author: example.author) }
      count += 1
      if !isValidation { learnt += 1 }
      try body(example, weight)
    }
    guard !isSplit else {
      let split = builder.split()
      request.reading.tell("\(stage): \(split.report)")
      (training, validation, self.split) = (split.training, split.validation, split.report)
      return
    }
    (training, validation, split) = (Array(0..<learnt), Array(learnt..<count), SplitReport())
  }

  /// Reads the requested tweets in the order of their indices.
  static func forEachTweet(
    of request: ClassifierRequest,
    _ body: (LabelledExample, _ weight: Float, _ isValidation: Bool) throws -> Void
  ) throws {
    for source in request.sources {
      try request.reading.forEachExample(of: source.files, splits: source.splits, labels: request.labels) {
        try body($0, source.weight, false)
      }
    }
    guard !request.validation.isEmpty else { return }
    try request.reading.forEachExample(of: request.validation, labels: request.labels) {
      try body($0, 1, true)
    }
  }

  /// Reports the number of tweets of each label on both sides.
  ///
  /// - Parameter learnt: of the tweets with a weight; one without teaches nothing.
  /// - Throws: `CommandFailure` if a label has no tweet that relates it to all others.
  static func requireAll(
    _ request: ClassifierRequest, of stage: String, learnt: [Target], judged: [Target]
  ) throws(CommandFailure) {
    let labels = request.labels
    for (side, purpose) in [(learnt, "to learn from"), (judged, "to judge by")] {
      let counts = LabelledTargetCounts(side, labels: labels)
      request.reading.tell("\(stage): \(counts) tweets \(purpose)")
      guard counts.missing == nil else {
        throw CommandFailure(
          .dataError,
          labels.count == 2
            ? "there are not both kinds of tweets \(purpose); give more of both"
            : "no tweet \(purpose) is labelled \(counts.missing ?? ""); give some of every label")
      }
    }
  }
}

/// The number of tweets of each label, and of those with odds between two labels only.
private struct LabelledTargetCounts: CustomStringConvertible {
  private let labels: LabelSet
  private var counts: [Int]
  private var distributions = 0
  private var odds = 0
  private var masses: [Float]

  init(_ targets: [Target], labels: LabelSet) {
    self.labels = labels
    counts = Array(repeating: 0, count: labels.count)
    masses = Array(repeating: 0, count: labels.count)
    for target in targets { add(target) }
  }

  private mutating func add(_ target: Target) {
    switch target {
    case .label(let label):
      counts[label] += 1
      masses[label] += 1
    case .distribution(let probabilities):
      distributions += 1
      for label in masses.indices { masses[label] += probabilities[label] }
    case .odds: odds += 1
    }
  }

  /// The first label without a tweet; odds between two labels do not count. A teacher's probabilities are never
  /// quite 0: a label that all of them together give next to nothing would be weighted up out of all proportion.
  var missing: String? { masses.firstIndex { $0 < Self.leastMass }.map { labels.names[$0] } }

  /// In tweets.
  private static let leastMass: Float = 0.01

  var description: String {
    var parts = zip(counts, labels.names).map { "\(NumberText.grouped($0)) \($1)" }
    if distributions > 0 { parts.append("\(NumberText.grouped(distributions)) with probabilities") }
    if odds > 0 { parts.append("\(NumberText.grouped(odds)) positive or negative by their emoticons") }
    return parts.joined(separator: ", ")
  }
}
