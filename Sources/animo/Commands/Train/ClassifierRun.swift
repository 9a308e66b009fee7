import AWDLSTM
import Datasets
import Evaluation
import Training
import TweetText

/// One run of `animo train classifier`, from labelled tweets and a language model to a model folder.
struct ClassifierRun {
  private let command: Train.Classifier
  private let languageModel: Model
  private let vocabulary: Vocabulary

  /// - Throws: when the language model cannot be read.
  init(_ command: Train.Classifier) throws {
    self.command = command
    languageModel = try Model(directory: command.from)
    let bytes = languageModel.vocabulary.bytes(in: 0..<languageModel.vocabulary.byteCount)
    vocabulary = try Vocabulary(lines: bytes.span)
  }

  func run() throws {
    let (examples, validation) = try read()
    tell(examples, "to learn from")
    tell(validation, "to judge by")
    let trained = try command.training.workshop(for: command.output).run { ulmfit in
      try ulmfit.classifier(
        over: EncoderParameters(languageModel), classes: TrainedLabels.all.count, examples: examples,
        validation: validation, command.recipe)
    }
    let temperature = Self.temperature(trained.validationLogits, validation)
    StandardError.write("animo: temperature \(NumberText.fixed(temperature, decimals: 4))\n")
    try command.training.write(
      trained.newModel(
        labels: TrainedLabels.all, vocabulary: languageModel.tokens(),
        cleaning: command.training.clean.rawValue, maximumTokens: command.training.maxTokens,
        temperature: temperature),
      to: command.output)
  }

  /// The temperature that suits the tweets that were held back.
  private static func temperature(_ logits: Tensor, _ validation: [TokenisedExample]) -> Double {
    let rows = (0..<logits.rows).map { row in
      (0..<logits.columns).map { Double(logits[row: row, column: $0]) }
    }
    return Temperature.fit(logits: rows, truths: validation.map(\.label)).value
  }

  private func tell(_ examples: [TokenisedExample], _ purpose: String) {
    let counts = TrainedLabels.all.enumerated().map { index, label in
      "\(NumberText.grouped(examples.count { $0.label == index })) \(label)"
    }
    StandardError.write("animo: \(counts.joined(separator: ", ")) tweets \(purpose)\n")
  }

  private func read() throws -> (examples: [TokenisedExample], validation: [TokenisedExample]) {
    var reader = TokenReader(
      vocabulary, cleaning: command.training.clean, limit: command.training.maxTokens)
    let files = try corpus(positive: command.positive, negative: command.negative, labelled: [])
    let lines = try corpus(positive: [], negative: [], labelled: command.labelled)
    var (examples, held) = try divide(files)
    var (gold, heldGold) = try divide(lines)
    let named = try corpus(
      positive: command.validationPositive, negative: command.validationNegative, labelled: [])
    if !named.sources.isEmpty {
      (examples, gold) = (examples + held, gold + heldGold)
      (held, heldGold) = (try named.examples().examples, [])
    }
    let tokenised =
      reader.examples(examples) + reader.examples(gold, weight: command.labelledWeight)
    let validation = reader.examples(held + heldGold)
    for label in TrainedLabels.all.indices {
      guard tokenised.contains(where: { $0.label == label }),
        validation.contains(where: { $0.label == label })
      else {
        throw CommandFailure(
          .dataError,
          "there are no \(TrainedLabels.all[label]) tweets on one side; give more tweets of both kinds")
      }
    }
    return (tokenised, validation)
  }

  private func corpus(positive: [String], negative: [String], labelled: [String]) throws -> LabelledCorpus {
    for path in positive + negative + labelled { _ = try InputFile(path: path) }
    var corpus = LabelledCorpus(positive: positive, negative: negative, labelled: labelled)
    corpus.reading = command.reading.inputs.reading
    corpus.badLines = command.reading.skipBadLines ? .leaveOut : .fail
    if !command.split.isEmpty { corpus.splits = Set(command.split) }
    return corpus
  }

  /// Divides a corpus so that authors and near-duplicates stay on one side, and says how many were moved.
  private func divide(_ corpus: LabelledCorpus) throws -> (
    examples: [LabelledExample], held: [LabelledExample]
  ) {
    guard !corpus.sources.isEmpty else { return ([], []) }
    let examples = try corpus.examples().examples
    guard command.validationPositive.isEmpty, command.validationNegative.isEmpty else {
      return (examples, [])
    }
    var options = SplitOptions()
    options.validationShare = command.validationShare
    options.seed = command.training.seed
    let split = Split(of: examples, options)
    StandardError.write("animo: \(split.report)\n")
    return (split.training.map { examples[$0] }, split.validation.map { examples[$0] })
  }
}
