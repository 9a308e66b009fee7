package import Kernels
internal import SystemCalls

/// Words → answers of the last LSTM layer, for all tweets of a batch together.
///
/// Steps are computed in blocks (see `StepBlock`): all steps of a block by the first layer, then by the second, and
/// so on. The products with a layer's inputs are computed for a whole block, so these weights are read once per
/// block; the weights of the states are read once per step. Repeated words of a block are projected once by the first
/// layer.
package struct Encoder: Sendable {
  private let embedding: Matrix
  private let layers: [LSTMLayer]
  /// The first layer's projections of frequent words, if there is memory for them.
  let table: WordTable?

  init(_ parameters: Parameters, kernels: KernelSet, tableBudget: Int) {
    embedding = parameters.encoder
    layers = Self.packed(parameters.layers, kernels: kernels)
    table = layers.first.flatMap {
      WordTable(
        embedding: parameters.encoder, layer: $0, budget: tableBudget, arithmetic: kernels.arithmetic)
    }
  }

  /// Resets the states of the first `rows` rows of a workspace for new tweets.
  package func begin(rows: Int, in workspace: Workspace) {
    for layer in workspace.layers {
      layer.state.clear(rows: rows)
      layer.cell.clear(rows: rows)
    }
  }

  /// Feeds the tokens of as many steps as the workspace has room for through every layer, from step `time` on.
  /// `workspace.block` then describes the steps; it is empty at the end.
  ///
  /// - Parameter pair: what shares the work, if the calling thread has taken it.
  package func block(
    from time: Int, ids: Span<Int32>, offsets: Span<Int>, in workspace: Workspace,
    sharedBy pair: ThreadPair? = nil
  ) {
    workspace.block.begin(at: time, offsets: offsets, room: workspace.input.rows)
    for index in layers.indices {
      if index == 0 {
        projectWords(ids: ids, offsets: offsets, in: workspace, sharedBy: pair)
      } else {
        layers[index].project(
          rows: workspace.block.tokens, input: workspace.layers[index - 1].answers,
          to: workspace.projections, sharedBy: pair)
      }
      makeSteps(of: index, in: workspace, sharedBy: pair)
    }
  }

  /// Projects the distinct words of a block that are not in the table, and records the slot of each token.
  private func projectWords(
    ids: Span<Int32>, offsets: Span<Int>, in workspace: Workspace, sharedBy pair: ThreadPair?
  ) {
    let block = workspace.block
    let tableCount = table?.count ?? 0
    for step in 0..<block.steps {
      for row in 0..<block.rows(at: step) {
        let word = ids[offsets[row] + block.time + step]
        let token = block.first[step] + row
        if word >= 0 && word < tableCount {
          workspace.starts.first.set(row: token, tableSlot: Int(word))
        } else {
          workspace.starts.first.set(row: token, slot: inputRow(of: word, in: workspace))
        }
      }
    }
    layers[0].project(
      rows: workspace.words.count, input: workspace.input, to: workspace.projections, sharedBy: pair)
    for word in workspace.words { workspace.inputRows[Int(word)] = -1 }
    workspace.words.removeAll(keepingCapacity: true)
  }

  /// The row of a word among the inputs; its embedding is written there when it is new.
  private func inputRow(of word: Int32, in workspace: Workspace) -> Int {
    // An id past the vocabulary stops here: the caller's tokens and the model belong together.
    let known = workspace.inputRows[Int(word)]
    guard known < 0 else { return Int(known) }
    let row = workspace.words.count
    embedding.copy(row: Int(word), to: workspace.input, row: row)
    workspace.inputRows[Int(word)] = Int32(row)
    workspace.words.append(word)
    return row
  }

  /// All steps of a block by one layer.
  private func makeSteps(of index: Int, in workspace: Workspace, sharedBy pair: ThreadPair?) {
    let layer = workspace.layers[index]
    let block = workspace.block
    for step in 0..<block.steps {
      layers[index].step(
        rows: block.rows(at: step), starts: index == 0 ? workspace.starts.first : workspace.starts.others,
        first: block.first[step], state: step == 0 ? layer.state : layer.answers,
        stateRow: step == 0 ? 0 : block.first[step - 1], cell: layer.cell, output: layer.answers,
        answers: index == layers.count - 1 ? workspace.answers : nil, isOdd: (block.time + step) % 2 == 1,
        sharedBy: pair)
    }
    guard block.steps > 0 else { return }
    let last = block.steps - 1
    layer.state.copyRows(of: layer.answers, from: block.first[last], count: block.rows(at: last))
  }

  private static func packed(_ layers: [Parameters.Layer], kernels: KernelSet) -> [LSTMLayer] {
    let sizes = layers.map { layer in
      LSTMLayer.greatestByteCount(
        inputs: layer.inputWeights.columns, units: layer.stateWeights.columns, kernels: kernels)
    }
    let memory = WeightMemory(byteCount: sizes.reduce(0, +))
    let pack: @Sendable (Int) -> [LSTMLayer] = { start in
      stride(from: start, to: layers.count, by: 2).map { packed(layers[$0], kernels: kernels, in: memory) }
    }
    // Half of them on another core.
    let odd = BackgroundValue("weights") { pack(1) }
    let even = pack(0)
    let others = odd.get()
    return layers.indices.map { $0 % 2 == 0 ? even[$0 / 2] : others[$0 / 2] }
  }

  private static func packed(
    _ layer: Parameters.Layer, kernels: KernelSet, in memory: WeightMemory
  ) -> LSTMLayer {
    let bias = zip(layer.inputBias.values(), layer.stateBias.values()).map(+)
    return layer.inputWeights.withWeights { inputWeights in
      layer.stateWeights.withWeights { stateWeights in
        LSTMLayer(
          inputWeights: inputWeights, stateWeights: stateWeights, bias: bias.span, kernels: kernels,
          in: memory)
      }
    }
  }
}

/// The first layer's projections of the most frequent words, computed once.
///
/// A vocabulary is sorted by decreasing frequency, so these are the first ids. The table is identical to the layer's
/// results, to the bit.
struct WordTable: Sendable {
  /// Slot n is word n.
  let projections: SharedProjections

  var count: Int { projections.values.slots }

  /// A table of as many words as fit into a budget of bytes; nil if none fits.
  init?(embedding: Matrix, layer: LSTMLayer, budget: Int, arithmetic: Arithmetic) {
    let count = min(embedding.rows, budget / Projections.bytesOfSlot(units: layer.units))
    guard count > 0 else { return nil }
    let projections = Projections(slots: count, units: layer.units)
    let words = Activations(
      rows: min(count, Self.wordsAtOnce), columns: layer.inputs, arithmetic: arithmetic)
    for start in stride(from: 0, to: count, by: Self.wordsAtOnce) {
      let rows = min(Self.wordsAtOnce, count - start)
      for row in 0..<rows { embedding.copy(row: start + row, to: words, row: row) }
      layer.project(rows: rows, input: words, to: projections, slot: start)
    }
    self.projections = SharedProjections(values: projections)
  }

  private static let wordsAtOnce = 192
}

/// Projections that are no longer written to, and thus safe to share between threads.
struct SharedProjections: @unchecked Sendable {
  let values: Projections
}
