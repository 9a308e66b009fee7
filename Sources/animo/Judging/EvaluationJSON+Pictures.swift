import Evaluation
import JSON

extension EvaluationJSON {
  /// The numbers behind the pictures of a set.
  func pictures(of set: JudgedTexts) -> [(String, JSONValue)] {
    let pictures = SetPictures(set, model: model)
    return [
      ("curves", .array(pictures.curves.map { curve($0, of: $1) })),
      ("score_label", .string(model.labels[model.positive])),
      ("score_histogram", .array(pictures.histogram.map(series))),
      ("by_length", breakdown(pictures.byLength)), ("by_country", breakdown(pictures.byCountry)),
    ]
  }

  /// The points of the pictures: of ROC, false and true positive rate; of the other curve, recall and precision.
  private func curve(_ label: String, of curve: ThresholdCurve) -> JSONValue {
    let points = curve.pictured
    return .object([
      ("label", .string(label)), ("auc", number(curve.areaUnderCurve)),
      ("average_precision", number(curve.averagePrecision)),
      ("thresholds", .array(points.map { number($0.threshold) })),
      ("roc", .array(points.map { .array([number(curve.fallOut($0)), number(curve.recall($0))]) })),
      (
        "precision_recall",
        .array(points.map { .array([number(curve.recall($0)), number($0.precision)]) })
      ),
    ])
  }

  private func series(_ series: ScoreHistogram.Series) -> JSONValue {
    .object([
      ("label", .string(series.name)), ("texts", .integer(series.scores.count)),
      ("shares", .array(ScoreHistogram.shares(of: series.scores).map { number($0) })),
    ])
  }

  private func breakdown(_ breakdown: Breakdown) -> JSONValue {
    .array(
      breakdown.parts.map { part in
        .object([("name", .string(part.name))] + counts(part.right, counted: "right"))
      })
  }

  private func counts(_ proportion: Proportion, counted: String) -> [(String, JSONValue)] {
    [
      ("texts", .integer(proportion.whole)), (counted, .integer(proportion.part)),
      ("share", number(proportion.share)), ("interval", interval(proportion.interval)),
    ]
  }

  /// A file of expectations: its groups, and what is not met.
  func object(_ judged: JudgedExpectations) -> JSONValue {
    let expectations = judged.expectations
    let leftOut = judged.leftOut.sorted { $0.key < $1.key }
    return .object(
      [("name", .string(judged.name))] + counts(expectations.met, counted: "met") + [
        ("left_out", .object(leftOut.map { ($0.key, .integer($0.value)) })),
        (
          "groups",
          .array(
            expectations.groups.map { group in
              .object([("group", .string(group.name))] + counts(group.met, counted: "met"))
            })
        ),
        ("failures", .array(expectations.outcomes.filter { !$0.isMet }.map { failure($0, in: judged) })),
      ])
  }

  private func failure(_ outcome: Expectations.Outcome, in judged: JudgedExpectations) -> JSONValue {
    var members: [(String, JSONValue)] = [
      ("group", .string(outcome.item.group)), ("text", .string(outcome.item.text)),
    ]
    switch outcome.item.expected {
    case .label(let label): members.append(("expect", .string(model.labels[label])))
    case .anythingBut(let label): members.append(("expect", .string("not_\(model.labels[label])")))
    case .same(let other):
      members += [
        ("expect", .string("same")), ("as", .string(other)),
        ("given_to_other", label(outcome.other)),
      ]
    }
    members.append(("given", label(outcome.answer)))
    members.append(("probability", number(outcome.answer.map { outcome.probabilities[$0] })))
    return .object(members)
  }

  /// A label's name; null where there is none.
  private func label(_ label: Int?) -> JSONValue {
    guard let label else { return .null }
    return .string(model.labels[label])
  }
}
