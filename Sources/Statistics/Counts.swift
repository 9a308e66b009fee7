/// What became of some tweets: a sum that can be added up in any order.
package struct Counts: Equatable, Sendable {
  /// Tweets labelled, one count for each label.
  package var labelled: [Int]
  /// The probabilities of each label summed over the labelled tweets, in millionths.
  package var probability: [Int]
  /// Lines rejected, one count for each reason.
  package var rejected: [Int]
  /// Lines that hold nothing.
  package var blank = 0
  /// Files that were published.
  package var files = 0
  /// Files that were refused as a whole.
  package var refusedFiles = 0

  /// Nothing yet, for so many labels and reasons.
  package init(labels: Int, reasons: Int) {
    labelled = Array(repeating: 0, count: labels)
    probability = Array(repeating: 0, count: labels)
    rejected = Array(repeating: 0, count: reasons)
  }

  /// All labelled tweets.
  package var labelledTotal: Int { labelled.reduce(0, +) }
  /// All rejected lines.
  package var rejectedTotal: Int { rejected.reduce(0, +) }
  /// All lines, blank ones too: labelled + rejected + blank.
  package var lines: Int { labelledTotal + rejectedTotal + blank }
  /// Whether nothing was counted.
  package var isEmpty: Bool { lines == 0 && files == 0 && refusedFiles == 0 }

  /// The part of the labelled tweets that got label `index`, from 0 to 1; 0 without tweets.
  package func share(ofLabel index: Int) -> Double {
    Double(labelled[index]) / Double(max(1, labelledTotal))
  }

  /// The mean probability of label `index` over all labelled tweets, from 0 to 1; 0 without tweets.
  package func meanProbability(ofLabel index: Int) -> Double {
    Double(probability[index]) / 1_000_000 / Double(max(1, labelledTotal))
  }

  /// Adds what became of other tweets.
  ///
  /// - Precondition: both were made for the same labels and reasons.
  package static func += (sum: inout Counts, other: Counts) { sum.combine(with: other, +) }

  /// Takes away what became of tweets that were added before.
  ///
  /// - Precondition: both were made for the same labels and reasons.
  package static func -= (sum: inout Counts, other: Counts) { sum.combine(with: other, -) }

  private mutating func combine(with other: Counts, _ operation: (Int, Int) -> Int) {
    precondition(
      labelled.count == other.labelled.count && rejected.count == other.rejected.count,
      "counts of different models cannot be added")
    for index in labelled.indices { labelled[index] = operation(labelled[index], other.labelled[index]) }
    for index in probability.indices {
      probability[index] = operation(probability[index], other.probability[index])
    }
    for index in rejected.indices { rejected[index] = operation(rejected[index], other.rejected[index]) }
    blank = operation(blank, other.blank)
    files = operation(files, other.files)
    refusedFiles = operation(refusedFiles, other.refusedFiles)
  }

  /// Sets every count to nought, keeping the memory.
  mutating func clear() {
    for index in labelled.indices { labelled[index] = 0 }
    for index in probability.indices { probability[index] = 0 }
    for index in rejected.indices { rejected[index] = 0 }
    (blank, files, refusedFiles) = (0, 0, 0)
  }
}
