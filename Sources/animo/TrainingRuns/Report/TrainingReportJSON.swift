import JSON
import Training

/// The figures of a training as one JSON object.
struct TrainingReportJSON {
  private let stages: [StageHistory]
  private let texts: [TrainingHistory.Texts]
  private let confusions: [(stage: String, confusion: LabelConfusion)]

  init(_ history: TrainingHistory) {
    confusions = history.confusions
    (stages, texts) = (history.stages, history.texts)
  }

  var text: String {
    JSONValue.object([
      ("texts", .array(texts.map(counts))), ("stages", .array(stages.map(object))),
      ("confusion_matrices", .array(confusions.map(matrix))),
    ]).indented + "\n"
  }

  private func counts(_ texts: TrainingHistory.Texts) -> JSONValue {
    let counts = texts.counts
    return .object([
      ("stage", .string(texts.stage)), ("texts", .integer(counts.learnt.texts)),
      ("tokens", .integer(counts.learnt.tokens)), ("valid_texts", .integer(counts.judged.texts)),
      ("valid_tokens", .integer(counts.judged.tokens)), ("moved", .integer(counts.moved)),
    ])
  }

  /// Row by row: the true label, then the given one.
  private func matrix(_ stage: String, _ confusion: LabelConfusion) -> JSONValue {
    let count = confusion.labels.count
    return .object([
      ("stage", .string(stage)), ("labels", .array(confusion.labels.map { .string($0) })),
      (
        "rows",
        .array((0..<count).map { .integers(Array(confusion.counts[$0 * count..<($0 + 1) * count])) })
      ),
    ])
  }

  private func object(_ stage: StageHistory) -> JSONValue {
    .object(
      [
        ("stage", .string(stage.stage)), ("minibatches", .integer(stage.steps)),
        ("epochs", .array(stage.validations.map(point))),
        ("best_epoch", stage.best.map { .integer($0.epoch) } ?? number(nil, 0)),
        ("tokens_per_second", number(stage.tokensPerSecond, 1)), ("hours", number(stage.hours, 4)),
      ] + (stage.divergence.map { [("diverged", .string($0))] } ?? []))
  }

  private func point(_ point: StageHistory.ValidationPoint) -> JSONValue {
    .object([
      ("epoch", .integer(point.epoch)), ("minibatch", .integer(point.step)),
      ("loss", number(point.loss, 6)), ("valid_loss", number(point.validation.loss, 6)),
      ("valid_accuracy", number(point.validation.accuracy, 6)),
    ])
  }

  /// Nil becomes `null`.
  private func number(_ number: Double?, _ places: Int) -> JSONValue {
    .decimal(number, places: places)
  }
}
