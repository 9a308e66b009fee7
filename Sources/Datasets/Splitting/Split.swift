/// A corpus divided into texts to learn from and texts to judge by, known by their numbers in reading order.
package struct Split: Equatable, Sendable {
  /// The texts to learn from, rising.
  package let training: [Int]
  /// The texts to judge by, rising.
  package let validation: [Int]
  /// What it took.
  package let report: SplitReport

  /// The split of some examples in memory.
  ///
  /// Larger corpora are read as streams into a `SplitBuilder`.
  package init(of examples: [LabelledExample], _ options: SplitOptions = SplitOptions()) {
    var builder = SplitBuilder(options)
    for example in examples { builder.add(example.text.span, author: example.author) }
    self = builder.split()
  }

  init(isValidation: [Bool], report: SplitReport) {
    training = isValidation.indices.filter { !isValidation[$0] }
    validation = isValidation.indices.filter { isValidation[$0] }
    self.report = report
  }
}

/// What it took to keep texts together that belong together.
package struct SplitReport: Equatable, Sendable {
  /// Texts on either side.
  package var training = 0
  package var validation = 0
  /// Sets of two or more texts that had to stay together: one author's, or near-duplicates.
  package var groups = 0
  /// The texts in these sets.
  package var grouped = 0
  /// The texts that were moved to the side of the rest of their set.
  package var moved = 0

  /// Nothing was divided.
  package init() {}
}

extension SplitReport: CustomStringConvertible {
  package var description: String {
    "\(training) for training, \(validation) for validation; kept together: \(grouped) (groups: \(groups), "
      + "moved: \(moved))"
  }
}

/// How a corpus is divided into training and validation texts.
package struct SplitOptions: Equatable, Sendable {
  /// The share of the texts that is held back for validation, 0…1.
  package var validationShare = 0.1
  /// The seed of the random choice.
  package var seed: UInt64 = 42
  /// Whether all texts of an author stay on one side.
  package var keepsAuthorsTogether = true
  /// Whether duplicates and near-duplicates stay on one side.
  package var keepsNearDuplicatesTogether = true

  /// The case study's split, without its leaks.
  package init() {}

  /// The case study's original split: purely random.
  package static var random: SplitOptions {
    var options = SplitOptions()
    options.keepsAuthorsTogether = false
    options.keepsNearDuplicatesTogether = false
    return options
  }
}
