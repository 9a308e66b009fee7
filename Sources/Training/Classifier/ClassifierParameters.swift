package import Datasets

/// What a classifier learns: the encoder and the head.
package struct ClassifierParameters: ParameterTree {
  package var encoder: EncoderParameters
  package var head: HeadParameters

  /// A classifier over an encoder that a language model has trained.
  ///
  /// - Parameter headSizes: widths from one end of the head to the other: 3E, …, the number of classes.
  package init(encoder: EncoderParameters, headSizes: [Int], random: RandomStream) {
    precondition(headSizes.first == 3 * encoder.shape.embeddingSize)
    self.encoder = encoder
    head = HeadParameters(sizes: headSizes, random: random)
  }

  package mutating func visit(_ body: (String, inout Tensor) throws -> Void) rethrows {
    try encoder.visit(body)
    try head.visit(body)
  }
}
