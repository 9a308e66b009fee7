import Datasets
import Evaluation
import Kernels
import Scoring
import Sentiment
import SystemPackage
import TweetText

/// One evaluation, from the files to the report.
struct EvaluateRun {
  private let command: Evaluate
  private let scorer: SentimentScorer
  private let model: JudgedModel

  /// - Throws: when the model cannot be used.
  init(_ command: Evaluate) throws {
    self.command = command
    scorer = try command.model.makeScorer()
    let (names, choice) = (scorer.labels, Rendering(labels: command.labels))
    guard let labels = choice.answers(of: names) else {
      throw CommandFailure(
        .usage, "--labels 2 is for positive and negative; this model has \(names.joined(separator: ", "))")
    }
    model = JudgedModel(
      name: scorer.modelName, labels: labels,
      positive: labels.firstIndex(of: "positive") ?? labels.count - 1,
      negative: labels.count > 2 ? LabelSet(labels).polarity?.negative : nil,
      cleaning: scorer.cleaning.rawValue, kernels: scorer.kernels.name, temperature: scorer.temperature)
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
      return [
        try read(
          [(positive, "positive"), (negative, "negative")] + (command.neutral.map { [($0, "neutral")] } ?? [])
        )
      ]
    }
    return try command.files.map { path in
      var texts = LabelledTexts(
        name: Self.name(of: path) + (command.split.map { " (\($0))" } ?? ""), labels: model.labels,
        aliases: Dictionary(command.alias.map { ($0.name, $0.label) }) { $1 })
      CorpusReading.tellOfRejected(
        try texts.addRecords(of: command.corpus.reading.corpus([path]), split: command.split))
      return texts
    }
  }

  /// Reads files of one label each.
  private func read(_ files: [(path: String, label: String)]) throws -> LabelledTexts {
    var texts = LabelledTexts(
      name: files.map { Self.name(of: $0.path) }.joined(separator: " + "), labels: model.labels)
    for (path, label) in files {
      CorpusReading.tellOfRejected(
        try texts.addTexts(of: command.corpus.reading.corpus([path]), label: label))
    }
    return texts
  }

  private func judge(_ texts: LabelledTexts) throws -> JudgedTexts {
    let bar = StandardError.isTerminal ? ProgressBar() : nil
    let total = Double(texts.texts.count)
    let judgements = Judge(
      scorer, workers: command.workers, answers: model.labels.compactMap { scorer.labels.firstIndex(of: $0) }
    ).judge(texts.texts, truths: texts.truths) {
      done in
      bar?.update(done, "text", share: Double(done) / total)
    }
    bar?.clear()
    guard
      let report = Report(
        judgements, labelCount: model.labels.count, positive: model.positive, negative: model.negative)
    else {
      let known = model.labels.joined(separator: ", ")
      throw CommandFailure(
        .dataError, "\(texts.name): no text to judge; \(texts.leftOutTotal) have labels other than \(known)")
    }
    return JudgedTexts(texts: texts, judgements: judgements, report: report)
  }

  /// The name of a file in reports.
  private static func name(of path: String) -> String {
    path == "-" ? "standard input" : FilePath(path).lastComponent?.string ?? path
  }
}
