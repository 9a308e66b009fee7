import Evaluation
import JSON

/// What a comparison of two models, A and B, comes to: as text and as JSON.
struct ComparisonReport {
  /// One of the models.
  struct Model {
    let name: String
    let cleaning: String
    let kernels: String
  }

  let models: [Model]
  /// Those that are compared.
  let labels: [String]
  /// Whether a model has others as well.
  let isPartial: Bool
  let texts: ComparedTexts
  /// For each model and text those of the labels.
  let probabilities: [[[Double]]]
  let comparison: Comparison
  let differenceCount: Int

  private static let letters = ["A", "B"]

  /// Tables.
  var text: String {
    [heading, agreement, accuracy, differences].compactMap(\.self).joined(separator: "\n")
  }

  private var heading: String {
    let names = zip(Self.letters, models).map {
      "\($0)  \($1.name), cleaning \($1.cleaning), kernels \($1.kernels)\n"
    }.joined()
    return names
      + (isPartial ? "compared on the labels that both have: \(labels.joined(separator: ", "))\n" : "")
      + (texts.unjudged > 0 ? "left out: \(NumberText.grouped(texts.unjudged)) with nothing to judge\n" : "")
  }

  private var agreement: String {
    let (same, matrix) = (comparison.agreement.same, comparison.agreement.matrix)
    let kappa = comparison.agreement.kappa.map { fixed($0, 3) } ?? "– (both always give one label)"
    var rows = [[""] + labels.map { "B \($0)" }]
    for (number, label) in labels.enumerated() {
      rows.append(
        ["A \(label)"] + labels.indices.map { NumberText.grouped(matrix[truth: number, answer: $0]) })
    }
    return
      "the same label for \(NumberText.grouped(same.part)) of \(NumberText.counted(same.whole, "text")), "
      + "\(EvaluationText.share(same)); Cohen's kappa \(kappa)\n\n" + table(rows)
  }

  private var accuracy: String? {
    guard let accuracy = comparison.accuracy else {
      return leftOut.map { "no text has a label that both models know: \($0)\n" }
    }
    let (intervals, matrices) = (accuracy.intervals, [accuracy.first, accuracy.second])
    var rows = [["", "accuracy", "95 %", "macro-F1", "95 %"]]
    for (place, (matrix, interval)) in zip(matrices, [intervals.first, intervals.second]).enumerated() {
      rows.append([
        Self.letters[place], fixed(matrix.accuracy, 4), range(interval.accuracy), fixed(matrix.macroF1, 4),
        range(interval.macroF1),
      ])
    }
    rows.append([
      "B − A", signed(accuracy.second.accuracy - accuracy.first.accuracy),
      "\(signed(intervals.difference.accuracy.lowerBound)) to \(signed(intervals.difference.accuracy.upperBound))",
      signed(accuracy.second.macroF1 - accuracy.first.macroF1),
      "\(signed(intervals.difference.macroF1.lowerBound)) to \(signed(intervals.difference.macroF1.upperBound))",
    ])
    return "\(NumberText.counted(accuracy.first.total, "text")) with a label"
      + (leftOut.map { "; other labels: \($0)" } ?? "") + "\n\n" + table(rows) + "\n" + words(accuracy.test)
  }

  private func words(_ test: McNemarTest) -> String {
    let method =
      switch (test.method, test.statistic) {
      case (.corrected, let statistic?): "χ² with continuity correction \(fixed(statistic, 2))"
      default: "exact"
      }
    return "only A is right about \(NumberText.grouped(test.onlyFirst)), only B about "
      + "\(NumberText.grouped(test.onlySecond)); McNemar's test, \(method): p \(Self.probability(test.probability))\n"
  }

  /// `= 0.0123`, or `< 0.0001`.
  private static func probability(_ value: Double) -> String {
    value < 0.0001 ? "< 0.0001" : "= \(NumberText.fixed(value, decimals: 4))"
  }

  private var leftOut: String? {
    guard !texts.otherLabels.isEmpty else { return nil }
    return texts.otherLabels.sorted { $0.key < $1.key }.map {
      "\(NumberText.grouped($0.value)) \($0.key.onOneLine)"
    }.joined(separator: ", ")
  }

  private var differences: String? {
    let greatest = comparison.greatestDifferences(differenceCount)
    guard !greatest.isEmpty else { return nil }
    let hasTruths = comparison.accuracy != nil
    var rows = [["difference", "A", "", "B", ""] + (hasTruths ? ["actually"] : []) + ["text"]]
    for difference in greatest {
      let answers = answers(to: difference.text).flatMap { [labels[$0.label], fixed($0.probability, 4)] }
      let truth = texts.truths[difference.text].map { labels[$0] } ?? "–"
      rows.append(
        [fixed(difference.size, 4)] + answers + (hasTruths ? [truth] : [])
          + [texts.texts[difference.text].onOneLine])
    }
    let columns: [TextTable.Alignment] = [.right, .left, .right, .left, .right] + (hasTruths ? [.left] : [])
    return TextTable(columns: columns + [.left]).text(rows)
  }

  /// The label that each model gives a text, and its probability.
  private func answers(to text: Int) -> [(label: Int, probability: Double)] {
    probabilities.map { ($0[text].likeliest, $0[text][$0[text].likeliest]) }
  }

  private func table(_ rows: [[String]]) -> String {
    TextTable(columns: [.left] + rows[0].dropFirst().map { _ in .right }).text(rows)
  }

  private func range(_ interval: Bootstrap.Interval) -> String {
    "\(fixed(interval.lowerBound, 4))–\(fixed(interval.upperBound, 4))"
  }

  private func signed(_ value: Double) -> String {
    let text = fixed(abs(value), 4)
    return (value < 0 && text != "0.0000" ? "−" : "+") + text
  }

  private func fixed(_ number: Double, _ decimals: Int) -> String {
    NumberText.fixed(number, decimals: decimals)
  }
}

extension ComparisonReport {
  /// One object on a line; members keep their names and their order.
  var json: String {
    let (same, matrix) = (comparison.agreement.same, comparison.agreement.matrix)
    var members: [(String, JSONValue)] = [
      (
        "models",
        .array(
          models.map {
            .object([
              ("name", .string($0.name)), ("cleaning", .string($0.cleaning)),
              ("kernels", .string($0.kernels)),
            ])
          })
      ),
      ("labels", .array(labels.map(JSONValue.string))), ("texts", .integer(same.whole)),
      ("unjudged", .integer(texts.unjudged)),
      (
        "agreement",
        .object([
          ("same", .integer(same.part)), ("share", number(same.share)), ("interval", interval(same.interval)),
          ("kappa", number(comparison.agreement.kappa)),
          (
            "matrix",
            .array(
              labels.indices.map { first in
                .integers(labels.indices.map { matrix[truth: first, answer: $0] })
              })
          ),
        ])
      ),
    ]
    if let accuracy = comparison.accuracy { members.append(("accuracy", object(accuracy))) }
    members.append(
      (
        "other_labels",
        .object(texts.otherLabels.sorted { $0.key < $1.key }.map { ($0.key, .integer($0.value)) })
      ))
    members.append(
      (
        "differences", .array(comparison.greatestDifferences(differenceCount).map(object))
      ))
    return JSONValue.object(members).line + "\n"
  }

  private func object(_ accuracy: Comparison.Accuracy) -> JSONValue {
    let (intervals, test) = (accuracy.intervals, accuracy.test)
    func measures(_ value: (Double, Double), _ measures: Bootstrap.PairedIntervals.Measures) -> JSONValue {
      .object([
        ("accuracy", number(value.0)), ("accuracy_interval", interval(measures.accuracy)),
        ("macro_f1", number(value.1)), ("macro_f1_interval", interval(measures.macroF1)),
      ])
    }
    let (first, second) = (accuracy.first, accuracy.second)
    return .object([
      ("texts", .integer(first.total)),
      ("a", measures((first.accuracy, first.macroF1), intervals.first)),
      ("b", measures((second.accuracy, second.macroF1), intervals.second)),
      (
        "difference",
        measures((second.accuracy - first.accuracy, second.macroF1 - first.macroF1), intervals.difference)
      ),
      (
        "mcnemar",
        .object([
          ("only_a", .integer(test.onlyFirst)), ("only_b", .integer(test.onlySecond)),
          ("method", .string(test.method.rawValue)), ("statistic", number(test.statistic)),
          ("p", Self.digits(of: test.probability).map(JSONValue.number) ?? .null),
        ])
      ),
    ])
  }

  /// A probability with ten decimals, or, below a millionth, with five significant digits: `3.1979e-14`.
  static func digits(of probability: Double) -> String? {
    guard probability > 0, probability < 1e-6 else { return probability.decimalText(places: 10) }
    var (mantissa, exponent) = (probability, 0)
    // Not up to 1: what is just below it is rounded to 1.0000, and its tenfold would be to 10.0000.
    while mantissa < 0.999995 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
    return mantissa.decimalText(places: 4).map { "\($0)e\(exponent)" }
  }

  private func object(_ difference: Comparison.Difference) -> JSONValue {
    let answers = answers(to: difference.text).map { answer in
      JSONValue.object([
        ("label", .string(labels[answer.label])), ("probability", number(answer.probability)),
      ])
    }
    let truth = texts.truths[difference.text].map { JSONValue.string(labels[$0]) } ?? .null
    return .object([
      ("text", .string(texts.texts[difference.text])), ("difference", number(difference.size)),
      ("a", answers[0]), ("b", answers[1]), ("label", truth),
    ])
  }

  private func number(_ number: Double?) -> JSONValue { .decimal(number, places: 6) }

  private func interval(_ interval: ClosedRange<Double>) -> JSONValue {
    .array([number(interval.lowerBound), number(interval.upperBound)])
  }
}
