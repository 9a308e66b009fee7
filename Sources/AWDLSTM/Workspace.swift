package import Kernels

/// The activations of up to `rows` tweets on their way through a network: all memory that a worker needs.
///
/// Made once and used again and again; nothing is allocated in between. Not `Sendable`: one worker, one
/// workspace.
package final class Workspace {
  /// The maximum number of tweets.
  package let rows: Int

  /// What helps with batches of a few tweets.
  let companion: Companion?

  /// What has to be computed of a batch.
  var plan = BatchPlan()
  /// What is remembered of the tweets before; nil for nothing.
  let beginnings: Beginnings?

  /// Which tokens are worked on.
  package internal(set) var block: StepBlock

  /// Embeddings of the different words of a block, [tokens][E].
  package let input: Activations
  package let layers: [LayerState]
  /// The last layer's answers to the tokens of a block as numbers, [tokens][E].
  package let answers: FloatMatrix
  /// [rows][3E]: last, maximum and mean of the last layer's answers.
  package let pooled: FloatMatrix
  /// What each block of the head answers, [rows][outputs].
  package let head: [FloatMatrix]

  /// The projections of one layer at a time.
  let projections: Projections
  /// Which projection each token of a block starts from in the first layer, and in the others.
  let starts: (first: Starts, others: Starts)
  /// Which row of `input` each word of a block has: -1 for a word that is not in the block.
  var inputRows: [Int32]
  /// The words of the rows of `input`.
  var words: [Int32] = []

  /// The number of tokens of a tweet that have to be computed, which says how long it takes.
  package func work(of tweet: Span<Int32>) -> Int {
    tweet.count - (beginnings?.states?.longest(of: tweet).length ?? 0)
  }

  /// The number of beginnings of tweets after which the states are kept.
  package var rememberedBeginnings: Int { beginnings?.states?.beginnings.count ?? 0 }

  /// The number of tokens of the last batch that had to be computed.
  package var computedTokens: Int { plan.ids.count }

  /// The memory of one LSTM layer.
  package struct LayerState {
    /// h after each step of a block, [tokens][units].
    package let answers: Activations
    /// h after the block before, [rows][units].
    let state: Activations
    /// c, [rows][units].
    let cell: FloatMatrix
  }

  /// - Parameter tokens: how many tokens a block may have; not fewer than there are rows.
  init(
    rows: Int, tokens: Int, for architecture: Architecture, arithmetic: Arithmetic, table: Projections?,
    beginnings: Beginnings?, companion: Companion?
  ) {
    precondition(rows > 0 && tokens >= rows)
    self.rows = rows
    self.beginnings = beginnings
    self.companion = companion
    block = StepBlock(tokens: tokens)
    input = Activations(rows: tokens, columns: architecture.embeddingSize, arithmetic: arithmetic)
    layers = (0..<architecture.layerCount).map { layer in
      let units = architecture.layerShape(layer).units
      return LayerState(
        answers: Activations(rows: tokens, columns: units, arithmetic: arithmetic),
        state: Activations(rows: rows, columns: units, arithmetic: arithmetic),
        cell: FloatMatrix(rows: rows, columns: units))
    }
    answers = FloatMatrix(rows: tokens, columns: architecture.embeddingSize)
    pooled = FloatMatrix(rows: rows, columns: 3 * architecture.embeddingSize)
    head = architecture.headSizes.dropFirst().map { FloatMatrix(rows: rows, columns: $0) }
    projections = Projections(slots: tokens, units: max(architecture.embeddingSize, architecture.hiddenSize))
    starts = (
      Starts(rows: tokens, own: projections, table: table),
      Starts(rows: tokens, own: projections, table: nil)
    )
    for token in 0..<tokens { starts.others.set(row: token, slot: token) }
    inputRows = [Int32](repeating: -1, count: architecture.vocabularySize)
    words.reserveCapacity(tokens)
  }
}

/// The steps that are computed together: as many as the workspace has room for.
///
/// Tweets are sorted by decreasing length, so those with a token at a step are the first rows. The tokens of a block
/// are numbered step by step: token `first[n] + row` is that of tweet `row` at step `time + n`.
package struct StepBlock {
  /// The step at which the block begins.
  package private(set) var time = 0
  /// The first token of each step, then the number of tokens.
  package private(set) var first: [Int] = [0]

  /// Memory for blocks of up to `tokens` tokens.
  init(tokens: Int) {
    first.reserveCapacity(tokens + 1)
  }

  package var steps: Int { first.count - 1 }
  package var tokens: Int { first[steps] }

  /// The number of tweets with a token at a step of the block.
  package func rows(at step: Int) -> Int { first[step + 1] - first[step] }

  /// Begins a block at step `time` with as many steps as there are and fit.
  mutating func begin(at time: Int, offsets: Span<Int>, room: Int) {
    self.time = time
    first.removeAll(keepingCapacity: true)
    first.append(0)
    var rows = offsets.count - 1
    while true {
      let next = time + steps
      while rows > 0, offsets[rows] - offsets[rows - 1] <= next { rows -= 1 }
      guard rows > 0, tokens + rows <= room else { return }
      first.append(tokens + rows)
    }
  }
}
