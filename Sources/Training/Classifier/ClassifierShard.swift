internal import Kernels

/// Some tweets of a classifier's minibatches: the encoder's work and memory of one thread.
///
/// Used by one thread at a time: the one that computes the shard, or the one that waits for all shards.
final class ClassifierShard: @unchecked Sendable {
  /// [rows][3E].
  private(set) var pooled = Tensor(rows: 0, columns: 0)
  private(set) var gradients: EncoderParameters

  private let pass: EncoderPass
  private let teaching: TeachingShard?
  private var tape: ConcatPooling.Tape?

  init(_ parameters: EncoderParameters, teacher: Teacher?) {
    gradients = parameters.zeros
    pass = EncoderPass(parameters.shape)
    teaching = teacher.map(TeachingShard.init)
  }

  /// Computes `pooled` for some tweets, sorted by decreasing length.
  ///
  /// - Parameter isTaught: whether a teacher, if there is one, answers too.
  func forward(
    _ tweets: [[Int32]], _ parameters: EncoderParameters, encoder: PackedEncoder, masks: EncoderMasks,
    isTaught: Bool
  ) {
    let steps = Steps(lengths: tweets.map(\.count))
    let ids = steps.interleaved(tweets)
    var state = LSTMState(pass.shape, rows: tweets.count)
    pass.forward(
      ids, steps, embedding: parameters.embedding, weights: encoder.layers, masks: masks, state: &state)
    if isTaught { teaching?.forward(ids, steps) }
    let (pooled, tape) = ConcatPooling.forward(pass.answers, steps: steps)
    (self.pooled, self.tape) = (pooled, tape)
  }

  /// Computes the encoder's gradients from that of `pooled`.
  ///
  /// - Parameters:
  ///   - tokens: the number of tokens of the whole minibatch, and `rows` the number of its tweets.
  ///   - lowest: see `EncoderPass.backward`.
  func backward(
    _ pooledGradient: Tensor, encoder: PackedEncoder, _ regularisation: Regularisation, tokens: Int,
    rows: Int,
    lowest: Int
  ) {
    guard let tape else { return }
    gradients.embedding.clear()
    pass.answerGradient = ConcatPooling.backward(pooledGradient, tape)
    teaching?.addGradient(of: pass.answers, to: &pass.answerGradient, tokens: tokens)
    pass.regularise(regularisation, tokens: tokens, rows: rows)
    pass.backward(weights: encoder.layers, gradients: &gradients, lowest: lowest)
  }

  /// Exchanges the memory in which gradients are accumulated for that of the caller.
  func exchangeGradients(_ other: inout EncoderParameters) {
    swap(&gradients, &other)
  }

  /// Adds another shard's gradients to this one's.
  func addGradients(of other: ClassifierShard) {
    gradients.add(other.gradients)
  }
}
