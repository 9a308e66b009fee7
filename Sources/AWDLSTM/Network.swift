package import Kernels

/// The network, forward only: token ids in, logits out. AWD-LSTM (Merity 2017) with the classifier of ULMFiT
/// (Howard & Ruder 2018).
///
/// Safe to share between threads; each thread brings its own workspace. The logits of a tweet do not depend on the
/// other tweets of its batch: for one kernel set they are equal to the bit.
package final class Network: Sendable {
  package let architecture: Architecture
  /// The compute kernels.
  package let kernels: KernelSet

  package let encoder: Encoder
  let pooling: StepwisePooling
  let head: ClassifierHead
  /// The wide term, if the model has one; the caller, which has the text, adds it to the logits.
  package let wide: WideTerm?
  /// The same for marks.
  package let marks: MarkTerm?

  /// Packs a model's weights for one kernel set; the embedding stays where it is and is read word by word.
  ///
  /// - Parameters:
  ///   - kernels: the hot loops; nil for the fastest that suit the model, `KernelSet.best(for:)`.
  ///   - tableBudget: the maximum size of the table of the first layer's projections of frequent words, in bytes; 0
  ///     for no table, which is hardly slower, as each word is projected only once per block. Answers do not depend
  ///     on it.
  /// - Throws: if the model is not a classifier, or the head's weights are too large for finite logits.
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

  /// The fastest batch size: whole tiles of the kernels, and large enough for computing a step to take longer than
  /// reading its weights.
  package var preferredRows: Int { 48 }

  /// Memory for one worker, for batches of up to `rows` tweets.
  ///
  /// Answers do not depend on any of these.
  ///
  /// - Parameters:
  ///   - tokens: the maximum number of tokens per block, at least `rows`. With larger blocks, input weights are read less
  ///     often, but the data passed between layers should fit into the cache.
  ///   - remembersBeginnings: whether the states after frequent beginnings of tweets are kept.
  ///   - companion: what helps with batches of a few tweets; nil for no help.
  package func makeWorkspace(
    rows: Int, tokens: Int = 192, remembersBeginnings: Bool = true, companion: Companion? = nil
  ) -> Workspace {
    Workspace(
      rows: rows, tokens: max(rows, tokens), for: architecture, arithmetic: kernels.arithmetic,
      table: encoder.table?.projections.values, beginnings: remembersBeginnings ? Beginnings() : nil,
      companion: companion)
  }

  /// Computes the logits of a batch of tweets. Does not allocate but while a workspace chooses anew which
  /// beginnings it remembers, and does no work on padding.
  ///
  /// - Parameters:
  ///   - ids: the token ids of all tweets, concatenated; each less than the size of the vocabulary.
  ///   - offsets: the start of each tweet in `ids`, then the number of ids: rows + 1 numbers. None is empty; it takes
  ///     the least time if all are about as much work (`Workspace.work`).
  ///   - workspace: created by this network for at least as many rows; its content is overwritten.
  ///   - logits: [rows][labels], in the order of `architecture.labels`.
  package func classify(
    ids: Span<Int32>, offsets: Span<Int>, using workspace: Workspace, logits: inout MutableSpan<Float>
  ) {
    let rows = offsets.count - 1
    check(ids: ids, offsets: offsets, workspace: workspace, logits: logits.count)
    guard rows > 0 else { return }
    workspace.plan.set(ids: ids, offsets: offsets, knowing: workspace.beginnings?.states)
    let plan = workspace.plan
    if let companion = workspace.companion {
      companion.sharing(rows) { encode(plan, in: workspace, sharedBy: $0) }
    } else {
      encode(plan, in: workspace, sharedBy: nil)
    }
    head.apply(rows: rows, in: workspace)
    let answers = workspace.head[workspace.head.count - 1]
    for (row, planned) in plan.rows.enumerated() {
      for label in 0..<answers.columns {
        logits[planned.tweet * answers.columns + label] = answers[row: row, column: label]
      }
    }
    remember(ids: ids, offsets: offsets, in: workspace)
  }

  /// All steps of all tweets, block by block, pooled.
  private func encode(_ plan: BatchPlan, in workspace: Workspace, sharedBy pair: ThreadPair?) {
    encoder.begin(rows: plan.rows.count, in: workspace)
    for (row, planned) in plan.rows.enumerated() {
      guard let beginning = planned.beginning else { continue }
      workspace.beginnings?.states?.restore(beginning, asRow: row, in: workspace)
    }
    let longest = plan.rows[0].count
    var time = 0
    while time < longest {
      encoder.block(
        from: time, ids: plan.ids.span, offsets: plan.offsets.span, in: workspace, sharedBy: pair)
      for step in 0..<workspace.block.steps { pool(step, of: plan, in: workspace) }
      time += workspace.block.steps
    }
  }

  /// Folds in the answers of one step of a block, and ends the tweets whose last token this was.
  private func pool(_ step: Int, of plan: BatchPlan, in workspace: Workspace) {
    let (block, answers, pooled) = (workspace.block, workspace.answers, workspace.pooled)
    let (first, rows, length) = (block.first[step], block.rows(at: step), block.time + step + 1)
    for row in 0..<rows {
      let isStart = length == 1 && plan.rows[row].known == 0
      pooling.fold(answers, answer: first + row, row: row, isStart: isStart, into: pooled)
    }
    // Lengths fall: the tweets that end here are the last ones.
    for row in (0..<rows).reversed() {
      guard plan.rows[row].count == length else { break }
      pooling.finish(
        answers, answer: first + row, row: row, length: plan.rows[row].known + length, in: pooled)
    }
  }

  private func check(ids: Span<Int32>, offsets: Span<Int>, workspace: Workspace, logits: Int) {
    let rows = offsets.count - 1
    precondition(rows >= 0 && offsets[0] == 0 && offsets[rows] == ids.count, "offsets must cover all ids")
    precondition(rows <= workspace.rows, "more tweets than the workspace was made for")
    precondition(logits == rows * architecture.labels.count, "logits must be rows × labels")
    for row in 0..<rows { precondition(offsets[row] < offsets[row + 1], "no tweet may be empty") }
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
