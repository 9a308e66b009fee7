package import Datasets
package import Kernels

/// How a classifier's minibatches are computed.
package struct ClassifierOptions: Sendable {
  /// Of the encoder; its output dropout is the head's first.
  package var dropout = DropoutRates.none
  /// Of each block of the head.
  package var headDropout: [Float]
  package var loss: CrossEntropy
  package var regularisation = Regularisation.none
  package var precision = ProductPrecision.bfloat16
  package var random = RandomStream(seed: 42)
  /// Into how many parts a minibatch is divided. Part of the recipe: the last bits depend on it.
  package var shards = 2

  /// Single precision, nothing dropped out: what tests compare.
  ///
  /// - Parameter headBlocks: how many the head has.
  package init(classes: Int, headBlocks: Int = 2) {
    headDropout = Array(repeating: 0, count: headBlocks)
    loss = CrossEntropy(classWeights: Array(repeating: 1, count: classes))
  }
}
