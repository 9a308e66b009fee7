import Evaluation
import JSON

/// Reports as one JSON object; members keep their names and their order.
struct EvaluationJSON {
  let model: JudgedModel
  private let hasPictures: Bool

  /// - Parameter hasPictures: whether to add the numbers behind the pictures of a page.
  init(_ model: JudgedModel, hasPictures: Bool = false) {
    (self.model, self.hasPictures) = (model, hasPictures)
  }

  /// The object as a line.
  func document(
    _ sets: some Sequence<(JudgedTexts, TopLosses)>, expectations: [JudgedExpectations] = []
  ) -> String {
    JSONValue.object(
      [
        ("model", .string(model.name)), ("cleaning", .string(model.cleaning)),
        ("kernels", .string(model.kernels)),
        ("temperature", number(model.temperature)), ("labels", .array(model.labels.map { .string($0) })),
        ("sets", .array(sets.map { object($0, losses: $1) })),
      ] + (expectations.isEmpty ? [] : [("expectations", .array(expectations.map(object)))])
    ).line + "\n"
  }

  private func object(_ set: JudgedTexts, losses: TopLosses) -> JSONValue {
    let leftOut = set.texts.leftOut.sorted { $0.key < $1.key }
    return .object(
      [
        ("name", .string(set.texts.name)), ("texts", .integer(set.report.count)),
        ("left_out", .object(leftOut.map { ($0.key, .integer($0.value)) })),
        ("unjudged", .integer(set.texts.unjudged)),
      ] + measures(set.report) + [
        ("label_measures", .array(model.labels.indices.map { label($0, in: set.report) })),
        ("confusion_matrix", confusionMatrix(set.report.confusion)),
        ("calibration_bins", .array(set.report.calibration.bins.map(bin))),
        ("best_temperature", recalibration(set.report.recalibration)),
      ] + (losses.entries.isEmpty ? [] : [("top_losses", .array(losses.entries.map(entry)))])
        + (hasPictures ? pictures(of: set) : []))
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
    .object(
      [
        ("above", number(bin.bounds.lowerBound)), ("up_to", number(bin.bounds.upperBound)),
        ("texts", .integer(bin.count)), ("confidence", number(bin.count > 0 ? bin.confidence : nil)),
        ("accuracy", number(bin.count > 0 ? bin.accuracy : nil)),
      ] + (hasPictures ? [("accuracy_interval", interval(bin.rightTexts.interval))] : []))
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
    .object(
      [
        ("text", .string(entry.text)), ("tokens", .array(entry.tokens.map { .string($0) })),
        ("given", .string(model.labels[entry.judgement.answer])),
        ("actual", .string(model.labels[entry.judgement.truth])), ("loss", number(entry.judgement.loss)),
        ("probability", number(entry.judgement.probabilities[entry.judgement.truth])),
      ] + (entry.words.isEmpty ? [] : [("words", .array(entry.words.map(word)))]))
  }

  private func word(_ word: TopLosses.Word) -> JSONValue {
    .object([("word", .string(word.text)), ("worth", number(word.worth))])
  }

  /// Nil becomes `null`.
  func number(_ number: Double?) -> JSONValue {
    .decimal(number, places: 6)
  }

  func interval(_ interval: Bootstrap.Interval?) -> JSONValue {
    .array([number(interval?.lowerBound), number(interval?.upperBound)])
  }
}
