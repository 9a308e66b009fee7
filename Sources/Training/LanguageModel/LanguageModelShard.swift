internal import Kernels

/// Some rows of a language model's minibatches: the work and the memory of one thread.
///
/// Used by one thread at a time: the one that computes the shard, or the one that waits for all shards.
final class LanguageModelShard: @unchecked Sendable {
  /// How the next word is scored.
  enum Decoder: Sendable {
    case exact(TiedSoftmax.PackedVocabulary)
    case sampled(SampledSoftmax.PackedCandidates)
  }

  let rows: Range<Int>
  var state: LSTMState
  /// The sum of the last minibatch's losses.
  private(set) var loss = 0.0
  /// The number of next words that were predicted as the most probable.
  private(set) var correct = 0
  private(set) var gradients: LanguageModelParameters

  private let pass: EncoderPass
  private var exact = TiedSoftmax()
  private var sampled = SampledSoftmax()

  init(_ parameters: LanguageModelParameters, rows: Range<Int>) {
    self.rows = rows
    let shape = parameters.encoder.shape
    state = LSTMState(shape, rows: rows.count)
    gradients = parameters.zeros
    pass = EncoderPass(shape)
  }

  /// Computes loss and gradients of this shard's part of a minibatch.
  ///
  /// - Parameter tokens: the number of tokens of the whole minibatch, which gradients are averaged over.
  func train(
    _ batch: LanguageModelMinibatch, _ parameters: LanguageModelParameters, encoder: PackedEncoder,
    decoder: Decoder, _ options: LanguageModelOptions, tokens: Int, step: Int
  ) {
    let masks = EncoderMasks(
      options.dropout, shape: pass.shape, rows: rows, random: options.random, step: step)
    forward(batch, parameters, encoder: encoder, masks: masks)
    gradients.encoder.embedding.clear()
    gradients.decoderBias.clear()
    let scale = 1 / Float(tokens)
    loss = decode(batch.targets, parameters, decoder, scale: scale)
    pass.regularise(options.regularisation, tokens: tokens, rows: tokens / batch.length)
    pass.backward(weights: encoder.layers, gradients: &gradients.encoder)
  }

  /// Computes the exact loss of this shard's part of a minibatch.
  func evaluate(
    _ batch: LanguageModelMinibatch, _ parameters: LanguageModelParameters, encoder: PackedEncoder,
    words: TiedSoftmax.PackedVocabulary
  ) {
    forward(batch, parameters, encoder: encoder, masks: EncoderMasks(layers: pass.shape.layerCount))
    (loss, correct) = exact.evaluate(
      pass.answers, targets: batch.targets, words: words, bias: parameters.decoderBias.values)
  }

  /// Exchanges the memory in which gradients are accumulated for that of the caller.
  func exchangeGradients(_ other: inout LanguageModelParameters) {
    swap(&gradients, &other)
  }

  /// Adds another shard's gradients to this one's.
  func addGradients(of other: LanguageModelShard) {
    gradients.add(other.gradients)
  }

  private func forward(
    _ batch: LanguageModelMinibatch, _ parameters: LanguageModelParameters, encoder: PackedEncoder,
    masks: EncoderMasks
  ) {
    pass.forward(
      batch.ids, Steps(rows: batch.rows, length: batch.length), embedding: parameters.encoder.embedding,
      weights: encoder.layers, masks: masks, state: &state)
  }

  private func decode(
    _ targets: [Int32], _ parameters: LanguageModelParameters, _ decoder: Decoder, scale: Float
  ) -> Double {
    switch decoder {
    case .exact(let words):
      exact.loss(
        pass.answers, targets: targets, words: words, bias: parameters.decoderBias.values, scale: scale,
        answerGradient: &pass.answerGradient, gradients: &gradients)
    case .sampled(let words):
      sampled.loss(
        pass.answers, targets: targets, words: words, parameters: parameters, scale: scale,
        answerGradient: &pass.answerGradient, gradients: &gradients)
    }
  }
}
