import Evaluation
import JSON

/// Reports as one JSON object; members keep their names and their order.
struct EvaluationJSON {
  private let model: JudgedModel

  init(_ model: JudgedModel) {
    self.model = model
  }

  /// The object as a line.
  func document(_ sets: some Sequence<(JudgedTexts, TopLosses)>) -> String {
    JSONValue.object([
      ("model", .string(model.name)), ("cleaning", .string(model.cleaning)),
      ("kernels", .string(model.kernels)),
      ("temperature", number(model.temperature)), ("labels", .array(model.labels.map { .string($0) })),
      ("sets", .array(sets.map { object($0, losses: $1) })),
    ]).line + "\n"
  }

  private func object(_ set: JudgedTexts, losses: TopLosses) -> JSONValue {
    let leftOut = set.texts.leftOut.sorted { $0.key < $1.key }
    return .object(
      [
        ("name", .string(set.texts.name)), ("texts", .integer(set.report.count)),
        ("left_out", .object(leftOut.map { ($0.key, .integer($0.value)) })),
      ] + measures(set.report) + [
        ("label_measures", .array(model.labels.indices.map { label($0, in: set.report) })),
        ("confusion_matrix", confusionMatrix(set.report.confusion)),
        ("calibration_bins", .array(set.report.calibration.bins.map(bin))),
        ("best_temperature", recalibration(set.report.recalibration)),
      ] + (losses.entries.isEmpty ? [] : [("top_losses", .array(losses.entries.map(entry)))]))
  }

  private func measures(_ report: Report) -> [(String, JSONValue)] {
    [
      ("accuracy", number(report.confusion.accuracy)),
      ("accuracy_interval", interval(report.intervals.accuracy)),
      ("macro_f1", number(report.confusion.macroF1)),
      ("macro_f1_interval", interval(report.intervals.macroF1)),
      ("auc", number(report.areaUnderCurve)), ("auc_interval", interval(report.intervals.areaUnderCurve)),
    ] + (model.labels.count > 2 ? [("macro_auc", number(report.macroAreaUnderCurve))] : []) + [
      ("log_loss", number(report.logLoss)), ("calibration_error", number(report.calibration.expectedError)),
    ]
  }

  private func label(_ label: Int, in report: Report) -> JSONValue {
    .object([
      ("label", .string(model.labels[label])), ("texts", .integer(report.confusion.actual(label))),
      ("precision", number(report.confusion.precision(of: label))),
      ("recall", number(report.confusion.recall(of: label))), ("f1", number(report.confusion.f1(of: label))),
    ])
  }

  /// A row for each true label, a column for each predicted label.
  private func confusionMatrix(_ matrix: ConfusionMatrix) -> JSONValue {
    .array(
      model.labels.indices.map { truth in
        .array(model.labels.indices.map { .integer(matrix[truth: truth, answer: $0]) })
      })
  }

  private func bin(_ bin: CalibrationCurve.Bin) -> JSONValue {
    .object([
      ("above", number(bin.bounds.lowerBound)), ("up_to", number(bin.bounds.upperBound)),
      ("texts", .integer(bin.count)), ("confidence", number(bin.count > 0 ? bin.confidence : nil)),
      ("accuracy", number(bin.count > 0 ? bin.accuracy : nil)),
    ])
  }

  /// The temperature for `config.json`: the model's, multiplied by the fitted one.
  private func recalibration(_ recalibration: Report.Recalibration) -> JSONValue {
    .object([
      ("temperature", number(model.temperature * recalibration.temperature.value)),
      ("log_loss", number(recalibration.logLoss)),
      ("calibration_error", number(recalibration.calibrationError)),
    ])
  }

  private func entry(_ entry: TopLosses.Entry) -> JSONValue {
    .object([
      ("text", .string(entry.text)), ("tokens", .array(entry.tokens.map { .string($0) })),
      ("given", .string(model.labels[entry.judgement.answer])),
      ("actual", .string(model.labels[entry.judgement.truth])), ("loss", number(entry.judgement.loss)),
      ("probability", number(entry.judgement.probabilities[entry.judgement.truth])),
    ])
  }

  /// Nil becomes `null`.
  private func number(_ number: Double?) -> JSONValue {
    .decimal(number, places: 6)
  }

  private func interval(_ interval: Bootstrap.Interval?) -> JSONValue {
    .array([number(interval?.lowerBound), number(interval?.upperBound)])
  }
}
