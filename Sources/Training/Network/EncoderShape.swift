/// The sizes of an AWD-LSTM encoder: embedding E → LSTM H → … → LSTM E.
package struct EncoderShape: Equatable, Sendable {
  /// V: words.
  package var vocabularySize: Int
  /// E: numbers of a word's embedding, and units of the last layer.
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

  /// What goes into a layer and how many units it has.
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
