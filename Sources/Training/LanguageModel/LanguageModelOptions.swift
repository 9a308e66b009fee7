package import Datasets
package import Kernels

/// How a language model's minibatches are computed.
package struct LanguageModelOptions: Sendable {
  package var dropout = DropoutRates.none
  package var regularisation = Regularisation.none
  /// Words drawn for a sampled softmax; nil for the exact one.
  package var candidates: Int?
  package var precision = ProductPrecision.bfloat16
  package var random = RandomStream(seed: 42)
  /// Into how many parts a minibatch's rows are divided. Part of the recipe: the last bits depend on it.
  package var shards = 2

  /// Exact, in single precision, nothing dropped out: what tests compare.
  package init() {}
}
