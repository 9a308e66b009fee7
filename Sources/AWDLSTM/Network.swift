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
  let pooling: ConcatPooling
  let head: ClassifierHead

  /// Packs a model's weights for one kernel set. 8-bit weights become single precision; the embedding alone
  /// stays where it is and is read word by word.
  ///
  /// - Throws: when the head's weights are too large to give finite logits.
  package init(_ model: Model, kernels: KernelSet = .best) throws(ModelError) {
    architecture = model.architecture
    self.kernels = kernels
    encoder = Encoder(model.parameters, kernels: kernels)
    pooling = ConcatPooling(units: model.architecture.embeddingSize)
    head = try ClassifierHead(
      model.parameters, architecture: model.architecture, file: model.weights.name, kernels: kernels)
  }

  /// Memory for one worker, for up to `rows` tweets at once.
  package func makeWorkspace(rows: Int) -> Workspace {
    Workspace(rows: rows, for: architecture)
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

  /// All steps of all tweets, round by round, pooled.
  private func encode(ids: Span<Int32>, offsets: Span<Int>, rows: Int, in workspace: Workspace) {
    encoder.begin(rows: rows, in: workspace)
    let last = workspace.layers[workspace.layers.count - 1]
    let longest = offsets[1]
    for start in stride(from: 0, to: longest, by: Workspace.stepsInRound) {
      encoder.round(from: start, ids: ids, offsets: offsets, in: workspace)
      for step in 0..<min(Workspace.stepsInRound, longest - start) {
        pool(last.answers[step], time: start + step, offsets: offsets, into: workspace.pooled)
      }
    }
  }

  /// Folds in the answers of one step, and ends the tweets whose last token this was.
  private func pool(_ answers: FloatMatrix, time: Int, offsets: Span<Int>, into pooled: FloatMatrix) {
    let rows = activeRows(offsets, at: time)
    pooling.fold(answers, rows: rows, first: time == 0, into: pooled)
    for row in activeRows(offsets, at: time + 1)..<rows {
      pooling.finish(answers, row: row, length: time + 1, in: pooled)
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
