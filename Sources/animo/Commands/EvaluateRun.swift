import Evaluation
import Kernels
import Sentiment
import SystemPackage
import TweetText

/// One evaluation, from the files to the report.
struct EvaluateRun {
  private let command: Evaluate
  private let scorer: SentimentScorer
  private let model: JudgedModel

  /// - Throws: when the model cannot be used, or has no label named `positive`.
  init(_ command: Evaluate) throws {
    self.command = command
    scorer = try command.model.makeScorer()
    guard let positive = scorer.labels.firstIndex(of: "positive") else {
      throw CommandFailure(
        .configuration,
        "model \(scorer.modelName): none of its labels (\(scorer.labels.joined(separator: ", "))) is positive"
      )
    }
    model = JudgedModel(
      name: scorer.modelName, labels: scorer.labels, positive: positive, cleaning: scorer.cleaning.rawValue,
      kernels: scorer.kernels.name, temperature: scorer.temperature)
  }

  /// - Throws: when a file cannot be read or has no text to judge, or the output cannot be written.
  func run() throws {
    let sets = try read().map(judge)
    let losses = sets.map { TopLosses(of: $0, count: command.topLosses, scorer) }
    if let folder = command.svg { try EvaluationPlots(model).write(sets, to: folder) }
    let answer: String
    if command.json {
      answer = EvaluationJSON(model).document(zip(sets, losses))
    } else {
      let isDetailed = command.details || sets.count == 1
      answer = EvaluationText(model).document(
        zip(sets, losses), isDetailed: isDetailed, showsTokens: command.tokens)
    }
    try StandardOutput.write(answer)
  }

  private func read() throws -> [LabelledTexts] {
    if let positive = command.positive, let negative = command.negative {
      return [try read(positive: positive, negative: negative)]
    }
    return try command.files.map { path in
      var texts = LabelledTexts(
        name: Self.name(of: path) + (command.split.map { " (\($0))" } ?? ""), labels: scorer.labels)
      CorpusReading.tellOfRejected(
        try texts.addRecords(of: command.corpus.reading.corpus([path]), split: command.split))
      return texts
    }
  }

  private func read(positive: String, negative: String) throws -> LabelledTexts {
    var texts = LabelledTexts(
      name: "\(Self.name(of: positive)) + \(Self.name(of: negative))", labels: scorer.labels)
    for (path, label) in [(positive, "positive"), (negative, "negative")] {
      CorpusReading.tellOfRejected(
        try texts.addTexts(of: command.corpus.reading.corpus([path]), label: label))
    }
    return texts
  }

  private func judge(_ texts: LabelledTexts) throws -> JudgedTexts {
    let bar = StandardError.isTerminal ? ProgressBar() : nil
    let total = Double(texts.texts.count)
    let judgements = Judge(scorer, workers: command.workers).judge(texts.texts, truths: texts.truths) {
      done in
      bar?.update(done, "texts", share: Double(done) / total)
    }
    bar?.clear()
    guard let report = Report(judgements, labelCount: scorer.labels.count, positive: model.positive) else {
      let known = scorer.labels.joined(separator: ", ")
      throw CommandFailure(
        .dataError, "\(texts.name): no text to judge; \(texts.leftOutTotal) have labels other than \(known)")
    }
    return JudgedTexts(texts: texts, judgements: judgements, report: report)
  }

  /// What a file is called in reports.
  private static func name(of path: String) -> String {
    path == "-" ? "standard input" : FilePath(path).lastComponent?.string ?? path
  }
}
