internal import Datasets
internal import Kernels
internal import Synchronization

/// How the units of each LSTM layer but the last answer to texts: the means of their products, and of those with 1.
package struct UnitMoments: Sendable {
  /// For each layer but the last [units + 1][units + 1]; the constant 1 is last.
  let layers: [DoubleMatrix]

  /// The number of shards that the texts are dealt to; each is computed by one thread. The last bits of the sums depend on
  /// this number and on the kernels alone.
  private static let shards = 8
  /// The number of texts of a shard that are computed together.
  private static let rows = 64

  /// Computes the answers to all tokens of some texts, without dropout.
  ///
  /// - Parameters:
  ///   - texts: the ids of their tokens; at least one text, none of them empty.
  ///   - onProgress: called now and then, by any thread, with the number of texts done.
  init(_ encoder: EncoderParameters, over texts: [[Int32]], onProgress: @Sendable (Int) -> Void) {
    precondition(!texts.isEmpty && texts.allSatisfy { !$0.isEmpty })
    let packed = PackedEncoder(encoder.shape, kernel: .best(.float32))
    packed.pack(encoder, random: RandomStream(seed: 0), step: 0, backward: false)
    // By decreasing length, so that all shards get long texts and short ones.
    let order = texts.indices.sorted { (-texts[$0].count, $0) < (-texts[$1].count, $1) }
    let shards = (0..<Self.shards).map { _ in MomentShard(encoder.shape) }
    let done = Mutex(0)
    concurrently(shards.count) { shard in
      let mine = stride(from: shard, to: order.count, by: shards.count).map { texts[order[$0]] }
      for start in stride(from: 0, to: mine.count, by: Self.rows) {
        let some = mine[start..<min(start + Self.rows, mine.count)]
        shards[shard].add(Array(some), encoder, packed)
        onProgress(
          done.withLock { done in
            done += some.count
            return done
          })
      }
      shards[shard].end()
    }
    let tokens = Double(texts.reduce(0) { $0 + $1.count })
    layers = (0..<encoder.layers.count - 1).map { layer in
      var sum = shards[0].sums[layer]
      for shard in shards.dropFirst() {
        for index in sum.values.indices { sum.values[index] += shard.sums[layer].values[index] }
      }
      for index in sum.values.indices { sum.values[index] /= tokens }
      return sum
    }
  }
}

/// The sums over some of the texts: the work and the memory of one thread. Used by one thread at a time.
private final class MomentShard: @unchecked Sendable {
  private(set) var sums: [DoubleMatrix]
  private var pass: EncoderPass?

  init(_ shape: EncoderShape) {
    sums = (0..<shape.layerCount - 1).map { layer in
      let units = shape.layer(layer).units
      return DoubleMatrix(rows: units + 1, columns: units + 1)
    }
  }

  /// Adds the products of all tokens of some texts, sorted by decreasing length.
  func add(_ texts: [[Int32]], _ encoder: EncoderParameters, _ packed: PackedEncoder) {
    let pass = self.pass ?? EncoderPass(encoder.shape)
    self.pass = pass
    let steps = Steps(lengths: texts.map(\.count))
    let ids = steps.interleaved(texts)
    var state = LSTMState(encoder.shape, rows: texts.count)
    pass.forward(
      ids, steps, embedding: encoder.embedding, weights: packed.layers,
      masks: EncoderMasks(layers: encoder.shape.layerCount), state: &state)
    for layer in sums.indices {
      add(pass.outputs(ofLayer: layer), to: layer, kernel: packed.layers[layer].kernel)
    }
  }

  /// Frees the memory of the passes.
  func end() { pass = nil }

  /// - Parameter outputs: [tokens][units].
  private func add(_ outputs: Tensor, to layer: Int, kernel: GEMMKernel) {
    let columns = outputs.columns + 1
    var withOne = [Float](repeating: 1, count: outputs.rows * columns)
    for token in 0..<outputs.rows {
      withOne.replaceSubrange(
        token * columns..<(token + 1) * columns - 1,
        with: outputs.values[token * outputs.columns..<(token + 1) * outputs.columns])
    }
    // A sum over a thousand tokens in single precision is more exact than the damping of the surgeon asks for.
    var products = Tensor(rows: columns, columns: columns)
    products.multiplyTransposed(
      withOne.span, columns: columns, withOne.span, columns: columns, .replacing, kernel: kernel)
    for index in products.values.indices { sums[layer].values[index] += Double(products.values[index]) }
  }
}
