package import Datasets
package import Kernels

/// A language model in training: the loss of a minibatch and its gradients, on all processors.
///
/// A minibatch's rows are divided into shards of fixed size, each computed by one thread over shared weights, and
/// their gradients are added in order. So the results depend on the number of shards, and on nothing else.
package final class LanguageModelNetwork {
  package let shape: EncoderShape
  package let options: LanguageModelOptions

  private let kernel: GEMMKernel
  private let encoder: PackedEncoder
  private let shards: [LanguageModelShard]
  /// The whole vocabulary, for exact softmax; created on first use.
  private var words: TiedSoftmax.PackedVocabulary?

  /// - Parameter rows: the number of streams of a minibatch.
  package init(
    _ parameters: LanguageModelParameters, rows: Int, _ options: LanguageModelOptions
  ) {
    shape = parameters.encoder.shape
    self.options = options
    kernel = .best(options.precision)
    encoder = PackedEncoder(shape, kernel: kernel)
    shards = Self.parts(of: rows, shards: options.shards).map { LanguageModelShard(parameters, rows: $0) }
  }

  /// The state of the layers, for all streams; part of a checkpoint.
  package var state: LSTMState {
    get { LSTMState(joining: shards.map(\.state)) }
    set { for shard in shards { shard.state = newValue.part(shard.rows) } }
  }

  /// Resets the state of the layers: an epoch begins.
  package func reset() {
    for shard in shards { shard.state = LSTMState(shape, rows: shard.rows.count) }
  }

  /// Computes the loss of a minibatch, and its gradients.
  ///
  /// - Parameters:
  ///   - step: the minibatch's number in the whole training; with the seed, it determines what is dropped out.
  ///   - gradients: receives the gradients; previous values are overwritten.
  /// - Returns: the mean cross-entropy of the tokens, in nats, without AR and TAR.
  package func train(
    _ batch: LanguageModelMinibatch, _ parameters: LanguageModelParameters, step: Int,
    gradients: inout LanguageModelParameters
  ) -> Double {
    encoder.pack(parameters.encoder, weightRate: options.dropout.weights, random: options.random, step: step)
    let decoder = decoder(parameters, step: step)
    // The first shard computes in the caller's memory, and the others' gradients are added there.
    shards[0].exchangeGradients(&gradients)
    defer { shards[0].exchangeGradients(&gradients) }
    concurrently(shards.count) { [shards, encoder, options] index in
      shards[index].train(
        batch.part(shards[index].rows), parameters, encoder: encoder, decoder: decoder, options,
        tokens: batch.ids.count, step: step)
    }
    for shard in shards.dropFirst() { shards[0].addGradients(of: shard) }
    return shards.reduce(0) { $0 + $1.loss } / Double(batch.ids.count)
  }

  /// The exact loss of consecutive minibatches, without dropout, from a fresh state; the state of training is
  /// preserved.
  ///
  /// - Parameter batches: all of the same number of rows, at most that of training.
  /// - Returns: the mean cross-entropy per token in nats, and the share of next words that were predicted as the most
  ///   probable.
  package func evaluate(
    _ batches: some Sequence<LanguageModelMinibatch>, _ parameters: LanguageModelParameters
  ) -> (loss: Double, accuracy: Double) {
    let kept = state
    defer { state = kept }
    encoder.pack(parameters.encoder, random: options.random, step: 0, backward: false)
    let words = packedWords(parameters, backward: false)
    var (loss, correct, tokens) = (0.0, 0, 0)
    for batch in batches {
      let parts = Self.parts(of: batch.rows, shards: shards.count)
      if tokens == 0 {
        for (shard, part) in zip(shards, parts) { shard.state = LSTMState(shape, rows: part.count) }
      }
      concurrently(parts.count) { [shards, encoder] index in
        shards[index].evaluate(batch.part(parts[index]), parameters, encoder: encoder, words: words)
      }
      for shard in shards.prefix(parts.count) {
        (loss, correct) = (loss + shard.loss, correct + shard.correct)
      }
      tokens += batch.ids.count
    }
    return (loss / Double(max(tokens, 1)), Double(correct) / Double(max(tokens, 1)))
  }

  /// The rows of each shard, no more shards than rows.
  private static func parts(of rows: Int, shards: Int) -> [Range<Int>] {
    let count = min(shards, rows)
    return (0..<count).map { rows * $0 / count..<rows * ($0 + 1) / count }
  }

  private func decoder(_ parameters: LanguageModelParameters, step: Int) -> LanguageModelShard.Decoder {
    guard let count = options.candidates, count < shape.vocabularySize else {
      return .exact(packedWords(parameters, backward: true))
    }
    var generator = options.random.generator("candidates", step: step)
    let candidates = WordCandidates(count, of: shape.vocabularySize, using: &generator)
    return .sampled(SampledSoftmax.PackedCandidates(candidates, parameters, kernel: kernel))
  }

  private func packedWords(_ parameters: LanguageModelParameters, backward: Bool)
    -> TiedSoftmax.PackedVocabulary
  {
    let words =
      self.words
      ?? TiedSoftmax.PackedVocabulary(words: shape.vocabularySize, size: shape.embeddingSize, kernel: kernel)
    words.pack(parameters.encoder.embedding, backward: backward)
    self.words = words
    return words
  }
}

/// How a language model's minibatches are computed.
package struct LanguageModelOptions: Sendable {
  package var dropout = DropoutRates.none
  package var regularisation = Regularisation.none
  /// The number of words drawn for a sampled softmax; nil for an exact softmax.
  package var candidates: Int?
  package var precision = ProductPrecision.bfloat16
  package var random = RandomStream(seed: 42)
  /// The number of shards of a minibatch. Part of the recipe: the last bits of the results depend on it.
  package var shards = 2

  /// Exact softmax, no dropout, no regularisation.
  package init() {}
}
