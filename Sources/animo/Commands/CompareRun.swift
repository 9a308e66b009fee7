import Datasets
import Evaluation
import Sentiment
import TweetText

/// One comparison, from the files to the report.
struct CompareRun {
  private let command: Compare
  private let scorers: [SentimentScorer]
  /// The labels that both models have, in the first one's order.
  private let labels: [String]

  /// What stands for the model inside the program; a folder of that name is `./built-in`.
  private static let builtIn = "built-in"

  /// - Throws: when a model cannot be used, or the models have fewer than two labels in common.
  init(_ command: Compare) throws {
    self.command = command
    scorers = try [command.first, command.second].map { name in
      var choice = ModelChoice(directory: name == Self.builtIn ? nil : name)
      choice.kernel = command.kernel ?? Environment.value(of: SettingName.variable("kernel"))
      return try choice.makeScorer()
    }
    try Capacity.pipeline(workers: command.workers).check()
    let (first, second) = (scorers[0].labels, scorers[1].labels)
    labels = first.filter(second.contains)
    guard labels.count > 1 else {
      throw CommandFailure(
        .usage,
        "the models need two labels in common; \(command.first) has \(first.joined(separator: ", ")), "
          + "\(command.second) has \(second.joined(separator: ", "))")
    }
  }

  /// - Throws: when a file cannot be read or has no text to compare, or the output cannot be written.
  func run() throws {
    var texts = try read()
    let judgements = judgements(of: texts.texts)
    // Without the label neutral, a text with nothing to judge gets no label, as in `animo classify`.
    let hasNeutral = labels.contains(SentimentScorer.neutralLabel)
    let isLabelled = texts.texts.indices.map { text in
      hasNeutral || !judgements.contains { $0[text].hasNothingToJudge }
    }
    texts.keep(isLabelled)
    guard !texts.texts.isEmpty else {
      let files = command.files.joined(separator: ", ")
      throw CommandFailure(
        .dataError, "\(files): no text to compare; \(texts.unjudged) hold nothing to judge")
    }
    let probabilities = judgements.map { judgements in
      zip(judgements, isLabelled).filter { $0.1 }.map { $0.0.probabilities }
    }
    let comparison = Comparison(
      probabilities[0], probabilities[1], truths: texts.truths, labelCount: labels.count)
    let report = ComparisonReport(
      models: scorers.map {
        ComparisonReport.Model(name: $0.modelName, cleaning: $0.cleaning.rawValue, kernels: $0.kernelName)
      },
      labels: labels, isPartial: scorers.contains { $0.labels.count > labels.count }, texts: texts,
      probabilities: probabilities, comparison: comparison, differenceCount: command.differences)
    try StandardOutput.write(command.json ? report.json : report.text)
  }

  private func read() throws -> ComparedTexts {
    let aliases = Dictionary(command.alias.map { ($0.name, $0.label) }) { $1 }
    if let missing = command.alias.map(\.label).first(where: { !labels.contains($0) }) {
      throw CommandFailure(
        .usage, "--alias: no label is named \(missing); the models have \(labels.joined(separator: ", "))")
    }
    let known = LabelSet(labels, aliases: aliases)
    var texts = ComparedTexts()
    let reading = command.corpus.reading
    try reading.forEachRecord(of: reading.corpus(command.files)) { record in
      guard command.split == nil || record.split == command.split else { return }
      texts.texts.append(String(decoding: record.text, as: UTF8.self))
      let truth = record.label.flatMap { known.index(of: $0) }
      texts.truths.append(truth)
      if let label = record.label, truth == nil { texts.otherLabels[label, default: 0] += 1 }
    }
    guard !texts.texts.isEmpty else {
      throw CommandFailure(
        .dataError,
        "\(command.files.joined(separator: ", ")): no text with \"split\": \"\(command.split ?? "")\"")
    }
    return texts
  }

  /// For each model and text the probabilities of the common labels. The true labels are not looked at.
  private func judgements(of texts: [String]) -> [[Judgement]] {
    let bar = StandardError.isTerminal ? ProgressBar() : nil
    defer { bar?.clear() }
    let total = Double(scorers.count * texts.count)
    return scorers.enumerated().map { place, scorer in
      Judge(scorer, workers: command.workers, answers: labels.compactMap { scorer.labels.firstIndex(of: $0) })
        .judge(texts, truths: texts.map { _ in 0 }) { done in
          let done = place * texts.count + done
          bar?.update(done, "answer", share: Double(done) / total)
        }
    }
  }
}

/// Texts that two models are compared on.
struct ComparedTexts: Sendable {
  var texts: [String] = []
  /// The index of each text's label among the common ones; nil where it is not known.
  var truths: [Int?] = []
  /// The number of texts for each label that not both models know.
  var otherLabels: [String: Int] = [:]
  /// The number of texts taken out because a model gives them no label.
  private(set) var unjudged = 0

  /// Takes out texts to which a model gives no label, and counts them.
  ///
  /// - Parameter isLabelled: for each text, whether it stays.
  mutating func keep(_ isLabelled: [Bool]) {
    precondition(isLabelled.count == texts.count, "each text stays or goes")
    let kept = texts.indices.filter { isLabelled[$0] }
    unjudged += texts.count - kept.count
    (texts, truths) = (kept.map { texts[$0] }, kept.map { truths[$0] })
  }
}
