package import Kernels

/// How a language model is trained; the defaults are the case study's.
package struct LanguageModelRecipe: Equatable, Sendable {
  /// Streams side by side (batch size).
  package var rows = 128
  /// Tokens of each that a minibatch has (bptt).
  package var length = 70
  /// The highest learning rate of the whole network: 0.001 for 48 rows, as much more as there are more rows.
  package var rate = 1e-3 * 128 / 48
  /// Epochs in which only the embedding and the decoder learn, at ten times the rate. For a model that was trained
  /// before, whose new words know nothing yet.
  package var frozenEpochs = 0
  /// Epochs in which everything learns.
  package var epochs = 3
  /// Factor of AWD-LSTM's dropouts (fastai's `drop_mult`).
  package var dropoutFactor: Float = 0.3
  /// Words drawn for a sampled softmax; nil for the exact one.
  package var candidates: Int? = 4096
  /// AR and TAR.
  package var regularisation = Regularisation.fastai
  /// The greatest norm of the gradients; nil for any.
  package var clip: Double?
  /// Decoupled weight decay.
  package var weightDecay = 0.01
  package var precision = ProductPrecision.bfloat16
  package var seed: UInt64 = 42

  package init() {}
}
