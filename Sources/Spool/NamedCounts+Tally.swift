internal import Ledger
internal import Statistics
internal import Streaming

extension NamedCounts {
  /// What has become of some lines.
  init(_ tally: Tally, labels: [String]) {
    self.init()
    for (label, count) in zip(labels, tally.labelled) { self[CountKind.labelled, label] = count }
    for (label, sum) in zip(labels, tally.probability) { self[CountKind.probability, label] = sum }
    for (reason, count) in tally.rejectedByReason { self[CountKind.rejected, reason.rawValue] = count }
    self[CountKind.blank] = tally.blank
  }
}

extension Counts {
  /// The same by places; what is counted of other models' labels is left out.
  init(_ counts: NamedCounts, labels: [String], reasons: [String]) {
    self.init(labels: labels.count, reasons: reasons.count)
    labelled = labels.map { counts[CountKind.labelled, $0] }
    probability = labels.map { counts[CountKind.probability, $0] }
    rejected = reasons.map { counts[CountKind.rejected, $0] }
    blank = counts[CountKind.blank]
    files = counts[CountKind.files]
    refusedFiles = counts[CountKind.refusedFiles]
  }
}
