import AWDLSTM
import ArgumentParser
import Datasets
import DefaultModel
import Training
import TweetText

extension ModelCommand {
  /// `animo model shrink`: from a model to one with fewer units.
  struct Shrink: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "shrink",
      abstract: "Remove those units of a model that can best be spared.",
      discussion: """
        EXAMPLES
          $ animo model shrink --hidden 384 small tweets.jsonl
          $ animo model shrink --model es-tweets --hidden 384 small tweets.jsonl
          $ animo train classifier --from small --keep-head --teacher es-tweets --labels negative,neutral,positive \
        --labelled taught.jsonl --bits 4 --output student
          $ animo model quantise --bits 4 student student-int4

        Texts need no labels; they should be like those that the model will label. The network reads them, and of \
        each LSTM layer but the last, those units are removed whose outputs the others can best make up for. The \
        weights that read the others are fitted again. The result has single precision. It answers somewhat \
        differently: train it further, quantise it, and evaluate it.
        """)

    @Option(
      help: ArgumentHelp("Model folder; by default the built-in model.", valueName: "dir"),
      completion: .directory)
    var model: String?

    @Option(help: "Number of units of each LSTM layer but the last that are kept.")
    var hidden: Int

    @Option(help: "Maximum number of texts that are read.")
    var texts = 3000

    @OptionGroup var corpus: CorpusArguments

    @Argument(
      help: ArgumentHelp("Output folder; must not exist yet.", valueName: "new-dir"), completion: .directory)
    var target: String

    @Argument(
      help: ArgumentHelp("Files of texts, or - for standard input.", valueName: "file"), completion: .file())
    var files: [String]

    func validate() throws {
      guard hidden >= 1, (1...1 << 24).contains(texts) else {
        throw ValidationError("--hidden must be at least 1, and --texts between 1 and \(1 << 24)")
      }
    }

    func run() throws {
      let folder = ModelFolder(path: target)
      try folder.requireFree()
      try folder.requireWritable()
      try folder.write(ShrinkRun(self).run())
    }
  }
}

/// One run of `animo model shrink`.
private struct ShrinkRun {
  private let command: ModelCommand.Shrink
  private let named: NamedModel

  private var architecture: Architecture { named.model.architecture }

  /// Loads the model.
  ///
  /// - Throws: `CommandFailure` if it cannot be made as small as asked for.
  init(_ command: ModelCommand.Shrink) throws {
    self.command = command
    let directory = command.model.flatMap { DefaultModel.isMeant(by: $0) ? nil : $0 }
    named = try NamedModel(directory: directory)
    guard architecture.layerCount > 1 else {
      throw CommandFailure(
        .configuration,
        "\(named.name): the model has a single LSTM layer, whose units are those of the embedding; there is nothing "
          + "to shrink")
    }
    guard command.hidden < architecture.hiddenSize else {
      throw CommandFailure(
        .usage, "--hidden must be less than \(architecture.hiddenSize), which \(named.name) has already")
    }
  }

  /// Reads the texts, and removes the units.
  func run() throws -> NewModel {
    let texts = try read()
    let shrinking = try Shrinking(named.model)
    let reading = ShrinkBar(texts.count, "text")
    let moments = shrinking.moments(over: texts, onProgress: reading.update)
    reading.clear()
    let layers = architecture.layerCount - 1
    let removal = ShrinkBar(layers * (architecture.hiddenSize - command.hidden), "unit")
    defer { removal.clear() }
    let small = try shrinking.model(units: command.hidden, by: moments, onProgress: removal.update)
    removal.clear()
    tell(of: small)
    return small
  }

  /// The tokens of the first texts in which there are words.
  ///
  /// - Throws: when a file cannot be read; `CommandFailure` when there are too few texts.
  private func read() throws -> [[Int32]] {
    guard let cleaning = CleaningProfile(rawValue: architecture.cleaning) else {
      throw CommandFailure(.configuration, "no cleaning profile is named \"\(architecture.cleaning)\"")
    }
    var reader = TokenReader(
      try Vocabulary(of: named.model), cleaning: cleaning, limit: architecture.maximumTokens)
    var texts: [[Int32]] = []
    let reading = command.corpus.reading
    try reading.forEachText(of: reading.corpus(command.files)) { text in
      if let ids = reader.idsOfWords(in: text) { texts.append(ids) }
      if texts.count == command.texts { throw TextCorpus.Enough() }
    }
    let (tokens, needed) = (texts.reduce(0) { $0 + $1.count }, Shrinking.fewestTokens(of: architecture))
    guard tokens < needed else { return texts }
    let more = (needed - tokens) / max(1, texts.isEmpty ? Self.usualTokens : tokens / texts.count) + 1
    let remedy =
      texts.count == command.texts
      ? "use --texts \(texts.count + more) or more" : "give about \(NumberText.counted(more, "more text"))"
    throw CommandFailure(
      .dataError,
      "\(architecture.hiddenSize) units need \(NumberText.grouped(needed)) tokens, and "
        + "\(NumberText.counted(texts.count, "text")) with words have \(NumberText.grouped(tokens)); \(remedy)"
    )
  }

  /// Tokens of a tweet, roughly.
  private static let usualTokens = 20

  private func tell(of small: NewModel) {
    let counts = [architecture, small.architecture].map {
      NumberText.grouped(EncoderShape($0).operationsOfOneToken / 2)
    }
    let training = architecture.kind == .classifier ? "classifier --keep-head" : "language-model"
    StandardError.write(
      "animo: LSTM weights for each token: \(counts[0]) before, \(counts[1]) now; next: animo train \(training), "
        + "then animo model quantise\n")
  }
}

/// The progress of a part of the work, if standard error is a terminal.
private struct ShrinkBar {
  private let bar = StandardError.isTerminal ? ProgressBar() : nil
  private let total: Int
  private let noun: String

  /// - Parameters:
  ///   - total: how many things there are.
  ///   - noun: what one of them is.
  init(_ total: Int, _ noun: String) {
    (self.total, self.noun) = (total, noun)
  }

  @Sendable func update(_ done: Int) { bar?.update(done, noun, share: Double(done) / Double(total)) }
  func clear() { bar?.clear() }
}
