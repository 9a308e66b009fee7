package import Datasets

/// The parameters of the encoder: the word embeddings and the LSTM layers.
package struct EncoderParameters: ParameterTree, Equatable {
  /// [V][E].
  package var embedding: Tensor
  package var layers: [LSTMParameters]

  package var shape: EncoderShape {
    EncoderShape(
      vocabularySize: embedding.rows, embeddingSize: embedding.columns, hiddenSize: layers[0].units,
      layerCount: layers.count)
  }

  /// Initial values: embeddings uniform within ±0.1, as in fastai; layers as in PyTorch.
  package init(_ shape: EncoderShape, using generator: inout SplitMix64) {
    embedding = .uniform(
      rows: shape.vocabularySize, columns: shape.embeddingSize, within: 0.1, using: &generator)
    layers = []
    for index in 0..<shape.layerCount {
      let (inputs, units) = shape.layer(index)
      layers.append(LSTMParameters(inputs: inputs, units: units, using: &generator))
    }
  }

  /// Zeros, for loading and for accumulating gradients.
  init(_ shape: EncoderShape) {
    embedding = Tensor(rows: shape.vocabularySize, columns: shape.embeddingSize)
    layers = (0..<shape.layerCount).map {
      LSTMParameters(inputs: shape.layer($0).inputs, units: shape.layer($0).units)
    }
  }

  package mutating func visit(_ body: (String, inout Tensor) throws -> Void) rethrows {
    try body("encoder.weight", &embedding)
    for index in layers.indices {
      try layers[index].visit { name, tensor in try body("rnns.\(index).\(name)", &tensor) }
    }
  }
}

/// The sizes of an AWD-LSTM encoder: embedding E → LSTM H → … → LSTM E.
package struct EncoderShape: Equatable, Sendable {
  /// V: words.
  package var vocabularySize: Int
  /// E: the size of a word embedding, and the units of the last layer.
  package var embeddingSize: Int
  /// H: units of the layers before the last.
  package var hiddenSize: Int
  package var layerCount: Int

  package init(vocabularySize: Int, embeddingSize: Int, hiddenSize: Int, layerCount: Int = 3) {
    precondition(vocabularySize > 0 && embeddingSize > 0 && hiddenSize > 0 && layerCount > 0)
    self.vocabularySize = vocabularySize
    self.embeddingSize = embeddingSize
    self.hiddenSize = hiddenSize
    self.layerCount = layerCount
  }

  /// The number of inputs and units of a layer.
  package func layer(_ index: Int) -> (inputs: Int, units: Int) {
    (index == 0 ? embeddingSize : hiddenSize, index == layerCount - 1 ? embeddingSize : hiddenSize)
  }

  /// Multiplications and additions that one token costs in the LSTM layers, forward.
  package var operationsOfOneToken: Int {
    (0..<layerCount).reduce(0) { sum, index in
      let (inputs, units) = layer(index)
      return sum + 2 * 4 * units * (inputs + units)
    }
  }
}

/// The parameters of a language model: the encoder and a bias for each word; the decoder's weights are the
/// embeddings.
package struct LanguageModelParameters: ParameterTree, Equatable {
  package var encoder: EncoderParameters
  /// [V].
  package var decoderBias: Tensor

  package init(_ shape: EncoderShape, using generator: inout SplitMix64) {
    encoder = EncoderParameters(shape, using: &generator)
    decoderBias = Tensor(rows: 1, columns: shape.vocabularySize)
  }

  /// Zeros, for what is loaded or gathered.
  init(_ shape: EncoderShape) {
    encoder = EncoderParameters(shape)
    decoderBias = Tensor(rows: 1, columns: shape.vocabularySize)
  }

  package mutating func visit(_ body: (String, inout Tensor) throws -> Void) rethrows {
    try encoder.visit(body)
    try body("decoder.bias", &decoderBias)
  }
}
