import Evaluation

/// Reports as text.
struct EvaluationText {
  private let model: JudgedModel

  init(_ model: JudgedModel) {
    self.model = model
  }

  /// A table with a row for each set, and the details if requested.
  func document(
    _ sets: some Sequence<(JudgedTexts, TopLosses)>, isDetailed: Bool, showsTokens: Bool
  ) -> String {
    let sets = Array(sets)
    var parts = [heading, overview(sets.map(\.0))]
    for (set, losses) in sets {
      let title = sets.count > 1 && (isDetailed || !losses.entries.isEmpty) ? "== \(set.texts.name)\n" : ""
      if isDetailed { parts.append(title + details(set)) }
      if !losses.entries.isEmpty {
        parts.append((isDetailed ? "" : title) + table(of: losses, showsTokens: showsTokens))
      }
    }
    return parts.joined(separator: "\n")
  }

  private var heading: String {
    "\(model.name), cleaning \(model.cleaning), kernels \(model.kernels), "
      + "temperature \(fixed(model.temperature, 2))\n"
  }

  private func overview(_ sets: [JudgedTexts]) -> String {
    // With two labels, both have the same area.
    let hasMacro = model.labels.count > 2
    var rows = [
      ["", "texts", "left out", "accuracy", "macro-F1", "AUC"] + (hasMacro ? ["macro AUC"] : [])
        + ["log loss", "calibration error"]
    ]
    for set in sets {
      let report = set.report
      rows.append(
        [
          set.texts.name, NumberText.grouped(report.count), NumberText.grouped(set.texts.leftOutTotal),
          fixed(report.confusion.accuracy, 4), fixed(report.confusion.macroF1, 4),
          area(report.areaUnderCurve),
        ] + (hasMacro ? [area(report.macroAreaUnderCurve)] : []) + [
          fixed(report.logLoss, 4), fixed(report.calibration.expectedError, 4),
        ])
    }
    return table(rows)
  }

  private func area(_ area: Double?) -> String { area.map { fixed($0, 4) } ?? "–" }

  private func details(_ set: JudgedTexts) -> String {
    [
      leftOut(set.texts), intervals(set.report), labels(set.report), confusion(set.report),
      recalibration(set.report),
    ]
    .compactMap(\.self).joined(separator: "\n")
  }

  private func leftOut(_ texts: LabelledTexts) -> String? {
    guard texts.leftOutTotal > 0 else { return nil }
    var counts = texts.leftOut.sorted { $0.key < $1.key }.map {
      "\(NumberText.grouped($0.value)) \($0.key.onOneLine)"
    }
    if texts.unjudged > 0 { counts.append("\(NumberText.grouped(texts.unjudged)) with nothing to judge") }
    return "left out: \(counts.joined(separator: ", "))\n"
  }

  private func intervals(_ report: Report) -> String {
    let intervals = [
      ("accuracy", report.intervals.accuracy), ("macro-F1", report.intervals.macroF1),
      ("AUC", report.intervals.areaUnderCurve),
    ]
    let texts = intervals.compactMap { name, interval in
      interval.map { "\(name) \(fixed($0.lowerBound, 4))–\(fixed($0.upperBound, 4))" }
    }
    return "95 % intervals: \(texts.joined(separator: ", "))\n"
  }

  private func labels(_ report: Report) -> String {
    var rows = [["label", "texts", "precision", "recall", "F1"]]
    for (number, label) in model.labels.enumerated() {
      rows.append([
        label, NumberText.grouped(report.confusion.actual(number)),
        fixed(report.confusion.precision(of: number), 4), fixed(report.confusion.recall(of: number), 4),
        fixed(report.confusion.f1(of: number), 4),
      ])
    }
    return table(rows)
  }

  private func confusion(_ report: Report) -> String {
    var rows = [["confusion matrix"] + model.labels.map { "given \($0)" }]
    for (truth, label) in model.labels.enumerated() {
      rows.append(
        ["actually \(label)"]
          + model.labels.indices.map { NumberText.grouped(report.confusion[truth: truth, answer: $0]) })
    }
    return table(rows)
  }

  private func recalibration(_ report: Report) -> String {
    let best = report.recalibration
    var rows = [["temperature", "", "log loss", "calibration error"]]
    rows.append([
      "the model's", fixed(model.temperature, 2), fixed(report.logLoss, 4),
      fixed(report.calibration.expectedError, 4),
    ])
    rows.append([
      "best for these texts", fixed(model.temperature * best.temperature.value, 2), fixed(best.logLoss, 4),
      fixed(best.calibrationError, 4),
    ])
    return table(rows)
  }

  /// Rows under a heading: a name and numbers.
  private func table(_ rows: [[String]]) -> String {
    TextTable(columns: [.left] + rows[0].dropFirst().map { _ in .right }).text(rows)
  }

  private func table(of losses: TopLosses, showsTokens: Bool) -> String {
    var rows = [["given", "actually", "loss", "probability", "text"]]
    for entry in losses.entries {
      rows.append([
        model.labels[entry.judgement.answer], model.labels[entry.judgement.truth],
        fixed(entry.judgement.loss, 2), fixed(entry.judgement.probabilities[entry.judgement.truth], 4),
        showsTokens ? entry.tokens.joined(separator: " ") : entry.text,
      ])
    }
    return TextTable(columns: [.left, .left, .right, .right, .left]).text(rows)
  }

  private func fixed(_ number: Double, _ decimals: Int) -> String {
    NumberText.fixed(number, decimals: decimals)
  }
}
