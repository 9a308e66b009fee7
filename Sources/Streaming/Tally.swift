/// What became of some lines: a sum that can be added up in any order.
package struct Tally: Equatable, Sendable {
  /// Lines labelled, one count for each label in the model's order.
  package var labelled: [Int]
  /// The probabilities of each label summed over the labelled lines, in millionths.
  package var probability: [Int]
  /// Lines rejected, one count for each of `Rejection.Reason.allCases`.
  package var rejected: [Int]
  /// Lines that hold nothing but white space.
  package var blank = 0

  /// Nothing yet, for a model with `labels` labels.
  package init(labels: Int) {
    labelled = Array(repeating: 0, count: labels)
    probability = Array(repeating: 0, count: labels)
    rejected = Array(repeating: 0, count: Rejection.Reason.allCases.count)
  }

  /// All labelled lines.
  package var labelledTotal: Int { labelled.reduce(0, +) }
  /// All rejected lines.
  package var rejectedTotal: Int { rejected.reduce(0, +) }
  /// All lines, blank ones too.
  package var lines: Int { labelledTotal + rejectedTotal + blank }

  /// Rejected lines by the reasons that occurred, in the order of the closed set.
  package var rejectedByReason: [(reason: Rejection.Reason, count: Int)] {
    zip(Rejection.Reason.allCases, rejected).filter { $0.1 > 0 }.map { ($0, $1) }
  }

  /// Adds what became of other lines.
  package static func += (sum: inout Tally, other: Tally) {
    for index in sum.labelled.indices { sum.labelled[index] += other.labelled[index] }
    for index in sum.probability.indices { sum.probability[index] += other.probability[index] }
    for index in sum.rejected.indices { sum.rejected[index] += other.rejected[index] }
    sum.blank += other.blank
  }

  mutating func reject(_ reason: Rejection.Reason) {
    for (index, candidate) in Rejection.Reason.allCases.enumerated() where candidate == reason {
      rejected[index] += 1
    }
  }
}
