import Streaming

/// One line at the end of a run: how much, how fast, what came out.
enum Summary {
  /// - Parameters:
  ///   - labels: the model's labels, in the tally's order.
  ///   - elapsed: how long it took.
  static func line(_ tally: Tally, labels: [String], elapsed: Duration) -> String {
    let total = tally.labelledTotal
    let seconds = elapsed / .seconds(1)
    let rate = NumberText.fixed(Double(total) / max(seconds, 1e-9), decimals: 0)
    let shares = zip(labels, tally.labelled).map { "\($0) \(NumberText.percent($1, of: total))" }
    var parts = [
      "\(NumberText.grouped(total)) tweets in \(NumberText.fixed(seconds, decimals: 2)) s, \(rate) a second",
      shares.joined(separator: ", "),
    ]
    if tally.rejectedTotal > 0 {
      let reasons = tally.rejectedByReason.map { "\(NumberText.grouped($0.count)) \($0.reason.rawValue)" }
      parts.append("\(NumberText.grouped(tally.rejectedTotal)) rejected (\(reasons.joined(separator: ", ")))")
    }
    if tally.blank > 0 { parts.append("\(NumberText.grouped(tally.blank)) blank") }
    return parts.joined(separator: "; ")
  }
}
