import Scoring
import Statistics
import Tweets

/// The summary of a run in one line: counts, time, speed.
enum Summary {
  /// - Parameter elapsed: how long it took.
  static func line(_ counts: Counts, elapsed: Duration) -> String {
    let seconds = elapsed / .seconds(1)
    let speed = [
      "\(NumberText.counted(counts.answered, "tweet")) in \(NumberText.fixed(seconds, decimals: 2)) s",
      NumberText.rate(counts.answered, in: seconds),
    ]
    var parts = [speed.compactMap(\.self).joined(separator: ", ")]
    let total = counts.labelledTotal
    if total > 0 {
      let shares = zip(counts.labels, counts.labelled).map { "\($0) \(NumberText.percent($1, of: total))" }
      parts.append(shares.joined(separator: ", "))
    }
    if counts.unjudged > 0 { parts.append("\(NumberText.grouped(counts.unjudged)) with nothing to judge") }
    if counts.rejectedTotal > 0 {
      let reasons = counts.rejectedByReason.map { "\(NumberText.grouped($0.count)) \($0.reason.rawValue)" }
      parts.append(
        "\(NumberText.grouped(counts.rejectedTotal)) rejected (\(reasons.joined(separator: ", ")))")
    }
    if counts.blank > 0 { parts.append("\(NumberText.grouped(counts.blank)) blank") }
    if counts.leftOut > 0 { parts.append("\(NumberText.grouped(counts.leftOut)) left out") }
    return parts.joined(separator: "; ")
  }
}
