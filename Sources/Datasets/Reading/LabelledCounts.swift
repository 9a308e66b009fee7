/// What was read of a labelled corpus, file by file.
package struct LabelledCounts: Equatable, Sendable {
  /// What was read of one file.
  package struct File: Equatable, Sendable {
    /// Examples, by the index of their likeliest label.
    package internal(set) var labels: [Int]
    /// Texts without a label, or with one that the model does not have.
    package internal(set) var otherLabels = 0
    /// Texts of a split that was not wanted.
    package internal(set) var otherSplits = 0
    /// Texts left out because their probabilities are none.
    package internal(set) var rejected = 0
    /// The first of these and what is wrong with it; nil when there is none.
    package internal(set) var firstRejection: String?
    /// Whether any line says anything of its label.
    var hasLabels = false
  }

  /// The files in the order in which they were read.
  package internal(set) var files: [File]
  /// What was read of their lines.
  package internal(set) var corpus = CorpusCounts()

  init(files count: Int, labels: Int) {
    files = Array(repeating: File(labels: Array(repeating: 0, count: labels)), count: count)
  }

  /// The examples of all files.
  package var examples: Int { files.reduce(0) { $0 + $1.labels.reduce(0, +) } }
}
