import Training

/// The figures of a training as tables.
struct TrainingReportText {
  private let stages: [StageHistory]
  private let texts: [TrainingHistory.Texts]

  init(_ history: TrainingHistory) {
    (stages, texts) = (history.stages, history.texts)
  }

  var text: String {
    textTable + (texts.isEmpty ? "" : "\n") + stageTable + "\n" + epochTable + divergences
  }

  private var textTable: String {
    let head = ["texts", "to learn from", "tokens", "to judge by", "tokens", "moved"]
    return table(
      head,
      texts.map { texts in
        let counts = texts.counts
        return [texts.stage]
          + [
            counts.learnt.texts, counts.learnt.tokens, counts.judged.texts, counts.judged.tokens,
            counts.moved,
          ].map(NumberText.grouped)
      })
  }

  private var stageTable: String {
    let head = [
      "stage", "epochs", "minibatches", "loss", "validation", "accuracy", "best", "tokens/s", "time",
    ]
    return table(
      head,
      stages.map { stage in
        let last = stage.validations.last
        return [
          stage.stage, "\(stage.validations.count)", NumberText.grouped(stage.steps),
          loss(last?.loss ?? stage.samples.last?.loss), loss(last?.validation.loss),
          accuracy(last?.validation.accuracy), loss(stage.best?.validation.loss),
          stage.tokensPerSecond.map { NumberText.fixed($0, decimals: 0) } ?? "-",
          NumberText.duration(stage.seconds),
        ]
      })
  }

  private var epochTable: String {
    let rows = stages.flatMap { stage in
      stage.validations.map { point in
        [
          stage.stage, "\(point.epoch)", NumberText.grouped(point.step), loss(point.loss),
          loss(point.validation.loss), accuracy(point.validation.accuracy),
        ]
      }
    }
    return table(["stage", "epoch", "minibatch", "loss", "validation", "accuracy"], rows)
  }

  private var divergences: String {
    stages.compactMap { stage in
      stage.divergence.map { "\n\(stage.stage) was stopped: \($0); the best state was restored\n" }
    }.joined()
  }

  private func loss(_ loss: Double?) -> String { loss.map { NumberText.fixed($0, decimals: 4) } ?? "-" }

  private func accuracy(_ share: Double?) -> String {
    share.map { NumberText.fixed(100 * $0, decimals: 2) + " %" } ?? "-"
  }

  /// A table of names and numbers; nothing without rows.
  private func table(_ head: [String], _ rows: [[String]]) -> String {
    let numbers = Array(repeating: TextTable.Alignment.right, count: head.count - 1)
    return rows.isEmpty ? "" : TextTable(columns: [.left] + numbers).text([head] + rows)
  }
}
