package import Datasets

/// What the encoder learns: the words' embeddings and the LSTM layers.
package struct EncoderParameters: ParameterTree, Equatable {
  /// [V][E].
  package var embedding: Tensor
  package var layers: [LSTMParameters]

  package var shape: EncoderShape {
    EncoderShape(
      vocabularySize: embedding.rows, embeddingSize: embedding.columns, hiddenSize: layers[0].units,
      layerCount: layers.count)
  }

  /// Embeddings uniform within ±0.1, as fastai begins; layers as PyTorch begins.
  package init(_ shape: EncoderShape, using generator: inout SplitMix64) {
    embedding = .uniform(
      rows: shape.vocabularySize, columns: shape.embeddingSize, within: 0.1, using: &generator)
    layers = []
    for index in 0..<shape.layerCount {
      let (inputs, units) = shape.layer(index)
      layers.append(LSTMParameters(inputs: inputs, units: units, using: &generator))
    }
  }

  package mutating func visit(_ body: (String, inout Tensor) throws -> Void) rethrows {
    try body("encoder.weight", &embedding)
    for index in layers.indices {
      try layers[index].visit { name, tensor in try body("rnns.\(index).\(name)", &tensor) }
    }
  }
}
