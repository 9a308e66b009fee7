import Evaluation

extension EvaluationText {
  /// A table with the groups of a file of expectations, and those that are not met if requested.
  static func document(_ judged: JudgedExpectations, isDetailed: Bool) -> String {
    var parts = [heading(judged), groups(judged.expectations)]
    if isDetailed, judged.expectations.met.part < judged.expectations.met.whole {
      parts.append(failures(judged))
    }
    return parts.joined(separator: "\n")
  }

  /// A share with its interval: `78.9 % (95 %: 74.9–82.4 %)`.
  static func share(_ proportion: Proportion) -> String {
    "\(percent(proportion.share)) % (95 %: \(interval(proportion)))"
  }

  private static func heading(_ judged: JudgedExpectations) -> String {
    let met = judged.expectations.met
    let counts = "\(NumberText.grouped(met.part)) of \(NumberText.grouped(met.whole))"
    let leftOut = judged.leftOut.sorted { $0.key < $1.key }
      .map { "\(NumberText.grouped($0.value)) \($0.key.onOneLine)" }.joined(separator: ", ")
    return "\(judged.name): \(counts) expectations met, \(share(met))\n"
      + (leftOut.isEmpty ? "" : "left out: \(leftOut)\n")
  }

  private static func groups(_ expectations: Expectations) -> String {
    let rows = expectations.groups.map { group in
      [
        group.name.onOneLine, NumberText.grouped(group.met.whole), NumberText.grouped(group.met.part),
        percent(group.met.share) + " %", interval(group.met),
      ]
    }
    return TextTable(columns: [.left, .right, .right, .right, .right]).text(
      [["group", "texts", "met", "share", "95 %"]] + rows)
  }

  private static func failures(_ judged: JudgedExpectations) -> String {
    let rows = judged.expectations.groups.flatMap { group in
      judged.expectations.failures(in: group.name).map { outcome in
        [
          group.name.onOneLine, judged.answer(outcome), judged.confidence(outcome), judged.words(outcome),
          outcome.item.text.onOneLine,
        ]
      }
    }
    return TextTable(columns: [.left, .left, .right, .left, .left]).text(
      [["group", "given", "probability", "expected", "text"]] + rows)
  }

  private static func interval(_ proportion: Proportion) -> String {
    "\(percent(proportion.interval.lowerBound))–\(percent(proportion.interval.upperBound)) %"
  }

  private static func percent(_ share: Double) -> String { NumberText.fixed(100 * share, decimals: 1) }
}
