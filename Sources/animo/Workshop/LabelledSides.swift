import Datasets
import Training

/// Labelled tweets as they were written: those to learn from, and those to judge by.
struct LabelledSides {
  typealias Weighted = (example: LabelledExample, weight: Float)

  let training: [Weighted]
  let validation: [Weighted]
  /// What it took to keep near-duplicates on one side; nothing when there are files to judge by.
  let split: SplitReport

  /// Reads the tweets that are asked for. Authors' tweets and near-duplicates stay on one side, whatever files they
  /// are in; the same files, share and seed give the same sides.
  ///
  /// - Parameter stage: names who says how many were kept together.
  init(_ request: ClassifierRequest, stage: String) throws {
    var weighted: [Weighted] = []
    for source in request.sources {
      let examples = try request.reading.examples(of: source.files, splits: source.splits)
      weighted += examples.map { ($0, source.weight) }
    }
    guard request.validation.isEmpty else {
      training = weighted
      validation = try request.reading.examples(of: request.validation).map { ($0, 1) }
      split = SplitReport()
      return
    }
    let split = Split(
      of: weighted.map(\.example), SplitOptions(share: request.validationShare, seed: request.recipe.seed))
    StandardError.write("animo: \(stage): \(split.report)\n")
    training = split.training.map { weighted[$0] }
    validation = split.validation.map { weighted[$0] }
    self.split = split.report
  }
}
