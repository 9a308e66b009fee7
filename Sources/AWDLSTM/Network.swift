package import Kernels

/// The network, forward only: token ids in, logits out. AWD-LSTM (Merity 2017) with the classifier of ULMFiT
/// (Howard & Ruder 2018).
///
/// Safe to share between threads; each thread brings its own workspace. A tweet's logits never depend on the
/// tweets beside it: for one kernel set they are the same bits, whatever the batch.
package final class Network: Sendable {
  package let architecture: Architecture
  /// The hot loops that run.
  package let kernels: KernelSet

  package let encoder: Encoder
  let pooling: StepwisePooling
  let head: ClassifierHead
  /// What is to be added to the logits, if the model has a wide term: whoever has the text does that.
  package let wide: WideTerm?
  /// The same of the text's marks.
  package let marks: MarkTerm?

  /// Packs a model's weights for one kernel set; the embedding stays where it is and is read word by word.
  ///
  /// - Parameters:
  ///   - kernels: the hot loops; nil for the fastest that suit the model, `KernelSet.best(for:)`.
  ///   - tableBudget: how many bytes the first layer's projections of frequent words may take; 0 for no
  ///     such table, which is hardly slower: a word is projected once a block anyway. Answers do not depend on
  ///     it.
  /// - Throws: when the model is no classifier, and when the head's weights are too large to give finite
  ///   logits.
  package init(
    _ model: Model, kernels: KernelSet? = nil, tableBudget: Int = 0
  ) throws(ModelError) {
    try Self.requireClassifier(model)
    architecture = model.architecture
    self.kernels = kernels ?? .best(for: model)
    encoder = Encoder(model.parameters, kernels: self.kernels, tableBudget: tableBudget)
    pooling = StepwisePooling(units: model.architecture.embeddingSize)
    head = try ClassifierHead(
      model.parameters, architecture: model.architecture, file: model.weights.name, kernels: self.kernels)
    if let shape = model.architecture.wide, let weights = model.parameters.wide {
      wide = try WideTerm(weights, shape: shape, file: model.weights.name)
    } else {
      wide = nil
    }
    marks = try model.parameters.marks.map { (marks) throws(ModelError) in
      try MarkTerm(marks, file: model.weights.name)
    }
  }

  private static func requireClassifier(_ model: Model) throws(ModelError) {
    let kind = model.architecture.kind
    guard kind != .classifier else { return }
    throw ModelError(
      file: model.configuration.name, place: "architecture",
      expected: quoted(Architecture.Kind.classifier.rawValue), found: quoted(kind.rawValue),
      remedy: "a language model has no labels; train a classifier on it first")
  }

  /// So many tweets at once are computed fastest: whole tiles of the kernels, and enough that reading the
  /// weights of a step takes less time than computing with them.
  package var preferredRows: Int { 48 }

  /// Memory for one worker, for up to `rows` tweets at once.
  ///
  /// - Parameter tokens: how many tokens are worked on at once; as many as there are rows if that is more. The
  ///   more, the less often input weights are read; but what the layers hand to each other should fit into
  ///   the cache. Answers do not depend on it.
  package func makeWorkspace(rows: Int, tokens: Int = 192) -> Workspace {
    Workspace(
      rows: rows, tokens: max(rows, tokens), for: architecture, arithmetic: kernels.arithmetic,
      table: encoder.table?.projections.values)
  }

  /// Computes the logits of a batch of tweets. Allocates nothing; no work is done on padding.
  ///
  /// - Parameters:
  ///   - ids: the token ids of all tweets, one tweet after the other; each less than the vocabulary's size.
  ///   - offsets: where each tweet starts in `ids`, and at last where the last one ends: rows + 1 numbers. The
  ///     tweets come in order of falling length; none is empty.
  ///   - workspace: made by this network for at least as many rows; its content is lost.
  ///   - logits: [rows][labels], in the order of `architecture.labels`.
  package func classify(
    ids: Span<Int32>, offsets: Span<Int>, using workspace: Workspace, logits: inout MutableSpan<Float>
  ) {
    let rows = offsets.count - 1
    check(ids: ids, offsets: offsets, workspace: workspace, logits: logits.count)
    guard rows > 0 else { return }
    encode(ids: ids, offsets: offsets, rows: rows, in: workspace)
    head.apply(rows: rows, in: workspace)
    let answers = workspace.head[workspace.head.count - 1]
    for row in 0..<rows {
      for label in 0..<answers.columns {
        logits[row * answers.columns + label] = answers[row: row, column: label]
      }
    }
  }

  /// All steps of all tweets, block by block, pooled.
  private func encode(ids: Span<Int32>, offsets: Span<Int>, rows: Int, in workspace: Workspace) {
    encoder.begin(rows: rows, in: workspace)
    let longest = offsets[1]
    var time = 0
    while time < longest {
      encoder.block(from: time, ids: ids, offsets: offsets, in: workspace)
      for step in 0..<workspace.block.steps { pool(step, offsets: offsets, in: workspace) }
      time += workspace.block.steps
    }
  }

  /// Folds in the answers of one step of a block, and ends the tweets whose last token this was.
  private func pool(_ step: Int, offsets: Span<Int>, in workspace: Workspace) {
    let (block, answers, pooled) = (workspace.block, workspace.answers, workspace.pooled)
    let (first, rows, length) = (block.first[step], block.rows(at: step), block.time + step + 1)
    pooling.fold(answers, first: first, rows: rows, isStart: length == 1, into: pooled)
    // Lengths fall: the tweets that end here are the last ones.
    for row in (0..<rows).reversed() {
      guard offsets[row + 1] - offsets[row] == length else { break }
      pooling.finish(answers, answer: first + row, row: row, length: length, in: pooled)
    }
  }

  private func check(ids: Span<Int32>, offsets: Span<Int>, workspace: Workspace, logits: Int) {
    let rows = offsets.count - 1
    precondition(rows >= 0 && offsets[0] == 0 && offsets[rows] == ids.count, "offsets must cover all ids")
    precondition(rows <= workspace.rows, "more tweets than the workspace was made for")
    precondition(logits == rows * architecture.labels.count, "logits must be rows × labels")
    var longest = Int.max
    for row in 0..<rows {
      let length = offsets[row + 1] - offsets[row]
      precondition(length > 0 && length <= longest, "tweets must come in order of falling length, none empty")
      longest = length
    }
  }
}

extension Model {
  /// What its weights are made for: 8 bits if those of all LSTM layers are 8-bit, else single precision.
  package var arithmetic: Arithmetic {
    let isQuantised = parameters.layers.allSatisfy {
      $0.inputWeights.isQuantised && $0.stateWeights.isQuantised
    }
    return isQuantised ? .int8 : .fp32
  }
}

extension KernelSet {
  /// The fastest set that suits a model.
  package static func best(for model: Model) -> KernelSet {
    best(model.arithmetic)
  }
}
