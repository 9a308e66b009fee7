import Scoring
import Statistics
import Tweets

/// The summary of a run in one line: counts, time, speed.
enum Summary {
  /// - Parameter elapsed: how long it took.
  static func line(_ counts: Counts, elapsed: Duration) -> String {
    let total = counts.labelledTotal
    let seconds = elapsed / .seconds(1)
    let rate = NumberText.fixed(Double(total) / max(seconds, 1e-9), decimals: 0)
    let shares = zip(counts.labels, counts.labelled).map { "\($0) \(NumberText.percent($1, of: total))" }
    var parts = [
      "\(NumberText.grouped(total)) tweets in \(NumberText.fixed(seconds, decimals: 2)) s, \(rate) a second",
      shares.joined(separator: ", "),
    ]
    if counts.rejectedTotal > 0 {
      let reasons = counts.rejectedByReason.map { "\(NumberText.grouped($0.count)) \($0.reason.rawValue)" }
      parts.append(
        "\(NumberText.grouped(counts.rejectedTotal)) rejected (\(reasons.joined(separator: ", ")))")
    }
    if counts.blank > 0 { parts.append("\(NumberText.grouped(counts.blank)) blank") }
    return parts.joined(separator: "; ")
  }
}
