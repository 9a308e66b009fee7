package import Statistics
package import Tweets

// Lines, as they are counted: by the model's labels and by the reasons of the closed set.
extension Counts {
  /// No line yet, of which `labels` may be said.
  package init(ofLines labels: [String]) { self.init(labels: labels, reasons: Self.reasonsOfLines) }

  /// The reasons for which lines are rejected, by name.
  private static let reasonsOfLines = Rejection.Reason.allCases.map(\.rawValue)

  /// Rejected lines by the reasons that occurred.
  package var rejectedByReason: [(reason: Rejection.Reason, count: Int)] {
    zip(reasons, rejected).filter { $0.1 > 0 }.compactMap { name, count in
      Rejection.Reason(rawValue: name).map { ($0, count) }
    }
  }

  /// Counts a line that was rejected.
  mutating func reject(_ reason: Rejection.Reason) {
    let place = place(ofReason: reason.rawValue)
    rejected[place] += 1
  }

  /// Counts a tweet that was left out.
  mutating func leaveOut() { leftOut += 1 }

  /// Counts a line that was answered.
  mutating func add(_ score: Score) {
    guard let label = score.label, !score.isUnjudged else {
      unjudged += 1
      return
    }
    labelled[label] += 1
    for label in 0..<score.probabilities.count { probability[label] += score.probability(of: label) }
  }
}

extension EventCounts {
  /// Counts a line that was answered, by when its tweet was written.
  mutating func add(_ score: Score, at milliseconds: Int?, of labels: [String]) {
    add(
      at: milliseconds, label: score.isUnjudged ? nil : score.label, probabilities: score.probabilities,
      of: labels)
  }
}
