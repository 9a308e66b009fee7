import AWDLSTM
import Datasets
import Evaluation
import Explaining
import Kernels
import Scoring
import Sentiment
import SystemCalls
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
    scorer = try Self.makeScorer(command)
    try Capacity.pipeline(workers: command.workers).check()
    let (names, choice) = (scorer.labels, Rendering(labels: command.labels))
    guard let labels = choice.answers(of: names) else {
      throw CommandFailure(
        .usage, "--labels 2 is for positive and negative; this model has \(names.joined(separator: ", "))")
    }
    if let missing = command.alias.map(\.label).first(where: { !names.contains($0) }) {
      throw CommandFailure(
        .usage, "--alias: no label is named \(missing); this model has \(names.joined(separator: ", "))")
    }
    model = JudgedModel(
      name: scorer.modelName, labels: labels,
      positive: labels.firstIndex(of: "positive") ?? labels.count - 1,
      negative: labels.count > 2 ? LabelSet(labels).polarity?.negative : nil,
      cleaning: scorer.cleaning.rawValue, kernels: scorer.kernels.name, temperature: scorer.temperature)
  }

  /// The scorer of the model that is judged.
  private static func makeScorer(_ command: Evaluate) throws -> SentimentScorer {
    guard let folder = command.writeToModel else { return try command.model.makeScorer() }
    var choice = command.model.choice
    guard choice.directory == nil, choice.clean == nil else {
      throw CommandFailure(
        .usage, "--write-to-model judges the model in \(folder) as it is: leave --model and --clean out")
    }
    choice.directory = folder
    return try choice.makeScorer()
  }

  /// - Throws: when a file cannot be read or has no text to judge, or the output cannot be written.
  func run() throws {
    let texts = try read()
    try warnOfLearnt(texts)
    let sets = try texts.map(judge)
    let expectations = try command.expectations.map(judgeExpectations)
    let losses = sets.map { TopLosses(of: $0, count: command.topLosses, scorer) }
    if let folder = command.svg { try EvaluationPlots(model).write(sets, to: folder) }
    if let folder = command.report { try writeReport(sets, expectations, to: folder) }
    if let folder = command.writeToModel { try write(sets, toModel: folder) }
    guard !command.json else {
      return try StandardOutput.write(
        EvaluationJSON(model).document(zip(sets, losses), expectations: expectations))
    }
    let isDetailed = command.details || sets.count == 1
    let answers =
      (sets.isEmpty
        ? []
        : [
          EvaluationText(model).document(
            zip(sets, losses), isDetailed: isDetailed, showsTokens: command.tokens)
        ])
      + expectations.map { EvaluationText.document($0, isDetailed: command.details) }
    try StandardOutput.write(answers.joined(separator: "\n"))
  }

  /// Writes the page and its numbers.
  private func writeReport(
    _ sets: [JudgedTexts], _ expectations: [JudgedExpectations], to folder: String
  ) throws {
    let count = command.topLosses > 0 ? command.topLosses : Self.reportedLosses
    let bar = StandardError.isTerminal ? ProgressBar() : nil
    let total = Double(sets.reduce(0) { $0 + min(count, $1.judgements.count) })
    try Capacity.explaining(scorer.model).check()
    let explainer = try Explainer(scorer, threads: command.workers)
    var done = 0
    let losses = sets.map { set in
      var losses = TopLosses(of: set, count: count, scorer)
      losses.explain(by: explainer, labels: model.labels) {
        done += 1
        bar?.update(done, "explained text", share: Double(done) / total)
      }
      return losses
    }
    bar?.clear()
    try ResultFolder(path: folder).write([
      ("report.html", EvaluationPage(model).document(Array(zip(sets, losses)), expectations)),
      (
        "report.json",
        EvaluationJSON(model, hasPictures: true).document(zip(sets, losses), expectations: expectations)
      ),
    ])
  }

  /// How many top losses a report shows of each set, unless told otherwise.
  private static let reportedLosses = 20

  /// Warns of texts that the model has learnt from.
  private func warnOfLearnt(_ sets: [LabelledTexts]) throws {
    let folder = command.writeToModel ?? command.model.choice.directory
    // The texts are remembered as training cleaned them, whatever --clean says.
    let cleaning = CleaningProfile(rawValue: scorer.model.architecture.cleaning) ?? scorer.cleaning
    guard var check = try LearntTextCheck(folder, cleaning) else { return }
    for texts in sets { check.warn(of: texts) }
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
        aliases: aliases)
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

  private var aliases: [String: String] {
    Dictionary(command.alias.map { ($0.name, $0.label) }) { $1 }
  }

  /// Answers for the labels that are told apart.
  private var labeller: Judge {
    Judge(
      scorer, workers: command.workers, answers: model.labels.compactMap { scorer.labels.firstIndex(of: $0) })
  }

  private func judgeExpectations(_ path: String) throws -> JudgedExpectations {
    let file = try ExpectationFile(
      command.corpus.reading.corpus([path]), labels: model.labels, aliases: aliases)
    return JudgedExpectations(
      name: Self.name(of: path), labels: model.labels,
      expectations: Expectations(file.items) { labeller.probabilities(of: $0) }, leftOut: file.leftOut)
  }

  private func judge(_ texts: LabelledTexts) throws -> JudgedTexts {
    let bar = StandardError.isTerminal ? ProgressBar() : nil
    let total = Double(texts.texts.count)
    let answers = labeller.judge(texts.texts, truths: texts.truths) {
      done in
      bar?.update(done, "text", share: Double(done) / total)
    }
    bar?.clear()
    // Without the label neutral, a text with nothing to judge gets no label, as in `animo classify`.
    let hasNeutral = model.labels.contains(SentimentScorer.neutralLabel)
    let isLabelled = answers.map { hasNeutral || !$0.hasNothingToJudge }
    let judgements = zip(answers, isLabelled).filter { $0.1 }.map { $0.0 }
    var judged = texts
    judged.keep(isLabelled)
    guard
      let report = Report(
        judgements, labelCount: model.labels.count, positive: model.positive, negative: model.negative,
        temperature: Temperature(model.temperature))
    else {
      throw CommandFailure(.dataError, "\(judged.name): no text to judge; \(reasonForNone(judged))")
    }
    return JudgedTexts(texts: judged, judgements: judgements, report: report)
  }

  /// Why no text is left to judge.
  private func reasonForNone(_ texts: LabelledTexts) -> String {
    let others = texts.otherLabelTotal
    let reasons =
      (others > 0 ? ["\(others) have labels other than \(model.labels.joined(separator: ", "))"] : [])
      + (texts.unjudged > 0 ? ["\(texts.unjudged) hold nothing to judge"] : [])
    return reasons.isEmpty ? "no line is of the split and has a label" : reasons.joined(separator: ", ")
  }

  /// Writes what the model answered into its `config.json`, in place of what it was judged by before.
  private func write(_ sets: [JudgedTexts], toModel folder: String) throws {
    let corpora = sets.map {
      JudgedCorpus(name: $0.texts.name, $0.judgements, labelCount: model.labels.count)
    }
    for corpus in corpora {
      for (label, row) in zip(model.labels, corpus.rows) where row.texts < JudgedCorpus.fewestTexts {
        throw CommandFailure(
          .dataError,
          "\(corpus.name): \(NumberText.counted(row.texts, "text")) with the label \"\(label)\"; "
            + "--write-to-model needs \(JudgedCorpus.fewestTexts) of each label")
      }
    }
    let name = Model.StandardFile.configuration
    let bytes = try JudgedCorpus.configuration(
      ModelFile(path: "\(folder)/\(name)"), of: model.labels, judgedBy: corpora)
    do {
      try Directory(FilePath(folder)).replace(
        FileName(name), with: bytes.span, mode: FilePermissions(rawValue: 0o666))
    } catch {
      throw CommandFailure(.cannotCreate, "\(error)")
    }
  }

  /// The name of a file in reports.
  private static func name(of path: String) -> String {
    path == "-" ? "standard input" : FilePath(path).lastComponent?.string ?? path
  }
}
