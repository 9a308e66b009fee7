/// What became of some tweets: a sum that can be added up in any order, with the names of what it counts.
///
/// Arrays in the order of `labels` and `reasons`. Two counts with the same names, which is what all counts of one
/// model have, are added place by place; others by name, as the next model may have other labels. Two counts are equal
/// when each name has the same count in both; one that is missing counts as 0.
package struct Counts: Sendable {
  /// The labels, in the order of `labelled` and `probability`.
  package private(set) var labels: [String]
  /// The reasons for which lines are rejected, in the order of `rejected`.
  package private(set) var reasons: [String]

  /// Tweets labelled, one count for each label; those with nothing to judge are counted apart.
  package var labelled: [Int]
  /// The probabilities of each label summed over the labelled tweets, in millionths.
  package var probability: [Int]
  /// Tweets with nothing to judge: links, user names and punctuation at most. They are in no share and no mean.
  package var unjudged = 0
  /// Lines rejected, one count for each reason.
  package var rejected: [Int]
  /// Lines that hold nothing but white space.
  package var blank = 0
  /// Tweets that were left out, as they say that they are in another language.
  package var leftOut = 0
  /// Files that were published.
  package var files = 0
  /// Files that were refused as a whole.
  package var refusedFiles = 0

  /// Nothing yet, with a place for each of these names.
  package init(labels: [String] = [], reasons: [String] = []) {
    (self.labels, self.reasons) = (labels, reasons)
    labelled = Array(repeating: 0, count: labels.count)
    probability = Array(repeating: 0, count: labels.count)
    rejected = Array(repeating: 0, count: reasons.count)
  }

  /// All labelled tweets.
  package var labelledTotal: Int { labelled.reduce(0, +) }
  /// All tweets that were answered: labelled + unjudged.
  package var answered: Int { labelledTotal + unjudged }
  /// All lines that hold a tweet, be it left out.
  package var tweets: Int { answered + leftOut }
  /// All rejected lines.
  package var rejectedTotal: Int { rejected.reduce(0, +) }
  /// All lines: labelled + unjudged + rejected + blank + left out.
  package var lines: Int { tweets + rejectedTotal + blank }
  /// Whether every count is 0.
  package var isEmpty: Bool {
    [labelled, probability, rejected, [unjudged, blank, leftOut, files, refusedFiles]]
      .allSatisfy { $0.allSatisfy { $0 == 0 } }
  }

  /// The counts of files alone, without those of lines.
  package var ofFiles: Counts {
    var counts = Counts(labels: labels, reasons: reasons)
    (counts.files, counts.refusedFiles) = (files, refusedFiles)
    return counts
  }

  /// The part of the labelled tweets that got label `index`, from 0 to 1; 0 without tweets.
  package func share(ofLabel index: Int) -> Double {
    Double(labelled[index]) / Double(max(1, labelledTotal))
  }

  /// The mean probability of label `index` over all labelled tweets, from 0 to 1; 0 without tweets.
  package func meanProbability(ofLabel index: Int) -> Double {
    Double(probability[index]) / 1_000_000 / Double(max(1, labelledTotal))
  }
}

// Sums.
extension Counts: Equatable {
  /// Adds what became of other tweets.
  package static func += (sum: inout Counts, other: Counts) { sum.combine(with: other, +) }

  /// Takes away what became of tweets that were added before.
  package static func -= (sum: inout Counts, other: Counts) { sum.combine(with: other, -) }

  package static func == (first: Counts, second: Counts) -> Bool {
    var difference = first
    difference -= second
    return difference.isEmpty
  }

  /// Sets every count to 0, keeping names and memory.
  mutating func clear() {
    for index in labelled.indices { (labelled[index], probability[index]) = (0, 0) }
    for index in rejected.indices { rejected[index] = 0 }
    (unjudged, blank, leftOut, files, refusedFiles) = (0, 0, 0, 0, 0)
  }

  private mutating func combine(with other: Counts, _ operation: (Int, Int) -> Int) {
    var other = other
    if labels != other.labels || reasons != other.reasons {
      for label in other.labels { _ = place(ofLabel: label) }
      for reason in other.reasons { _ = place(ofReason: reason) }
      other = other.arranged(by: labels, reasons)
    }
    for index in labelled.indices {
      labelled[index] = operation(labelled[index], other.labelled[index])
      probability[index] = operation(probability[index], other.probability[index])
    }
    for index in rejected.indices { rejected[index] = operation(rejected[index], other.rejected[index]) }
    unjudged = operation(unjudged, other.unjudged)
    blank = operation(blank, other.blank)
    leftOut = operation(leftOut, other.leftOut)
    files = operation(files, other.files)
    refusedFiles = operation(refusedFiles, other.refusedFiles)
  }
}

// Names.
extension Counts {
  /// The same counts with exactly these names in this order; what is counted under other names is left out.
  package func arranged(by labels: [String], _ reasons: [String]) -> Counts {
    guard labels != self.labels || reasons != self.reasons else { return self }
    var counts = Counts(labels: labels, reasons: reasons)
    for (index, label) in labels.enumerated() {
      guard let place = self.labels.firstIndex(of: label) else { continue }
      (counts.labelled[index], counts.probability[index]) = (labelled[place], probability[place])
    }
    for (index, reason) in reasons.enumerated() {
      guard let place = self.reasons.firstIndex(of: reason) else { continue }
      counts.rejected[index] = rejected[place]
    }
    (counts.unjudged, counts.blank, counts.leftOut) = (unjudged, blank, leftOut)
    (counts.files, counts.refusedFiles) = (files, refusedFiles)
    return counts
  }

  /// Where `label` is counted; it gets a place behind the others if it has none.
  package mutating func place(ofLabel label: String) -> Int {
    if let place = labels.firstIndex(of: label) { return place }
    labels.append(label)
    labelled.append(0)
    probability.append(0)
    return labels.count - 1
  }

  /// Where `reason` is counted; it gets a place behind the others if it has none.
  package mutating func place(ofReason reason: String) -> Int {
    if let place = reasons.firstIndex(of: reason) { return place }
    reasons.append(reason)
    rejected.append(0)
    return reasons.count - 1
  }
}
