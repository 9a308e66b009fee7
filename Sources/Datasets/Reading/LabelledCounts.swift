/// What was read of a labelled corpus, class by class.
package struct LabelledCounts: Equatable, Sendable {
  /// What was read of one file.
  package struct File: Equatable, Sendable {
    /// Examples of either class.
    package internal(set) var positive = 0
    package internal(set) var negative = 0
    /// Texts without a label, or with one that is neither positive nor negative.
    package internal(set) var otherLabels = 0
    /// Texts of a split that was not wanted.
    package internal(set) var otherSplits = 0
    /// Whether any line names a class.
    var hasLabels = false

    mutating func add(_ label: TextClass) {
      if label == .positive { positive += 1 } else { negative += 1 }
    }
  }

  /// The files in the order in which they were read.
  package internal(set) var files: [File]
  /// What was read of their lines.
  package internal(set) var corpus = CorpusCounts()

  init(files count: Int) {
    files = Array(repeating: File(), count: count)
  }

  /// The positive examples of all files.
  package var positive: Int { files.reduce(0) { $0 + $1.positive } }
  /// The negative examples of all files.
  package var negative: Int { files.reduce(0) { $0 + $1.negative } }
  /// The examples of all files.
  package var examples: Int { positive + negative }
}
