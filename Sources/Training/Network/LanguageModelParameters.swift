package import Datasets

/// What a language model learns: the encoder, and a bias for each word; the decoder's weights are the embeddings.
package struct LanguageModelParameters: ParameterTree, Equatable {
  package var encoder: EncoderParameters
  /// [V].
  package var decoderBias: Tensor

  package init(_ shape: EncoderShape, using generator: inout SplitMix64) {
    encoder = EncoderParameters(shape, using: &generator)
    decoderBias = Tensor(rows: 1, columns: shape.vocabularySize)
  }

  package mutating func visit(_ body: (String, inout Tensor) throws -> Void) rethrows {
    try encoder.visit(body)
    try body("decoder.bias", &decoderBias)
  }
}
