/// The sizes and names of a network: what `config.json` says.
///
/// All values are bounded when they are read, so that no product of two sizes overflows and no small file requests
/// gigabytes.
package struct Architecture: Equatable, Sendable {
  /// What is computed from the encoder's output.
  package enum Kind: String, CaseIterable, Sendable {
    /// Pooling and a head: texts → labels.
    case classifier = "awd-lstm-classifier"
    /// A decoder with the embedding's own weights: words → the next word.
    case languageModel = "awd-lstm-language-model"
  }

  /// V: words of the vocabulary, rows of the embedding.
  package var vocabularySize: Int
  /// E: numbers of a word's embedding; also the units of the last LSTM layer.
  package var embeddingSize: Int
  /// H: units of the LSTM layers before the last.
  package var hiddenSize: Int
  package var layerCount: Int
  /// The id of padding.
  package var paddingID: Int
  /// The widths of the head, from its input to its output: 3E, …, the number of labels. Empty for a language model.
  package var headSizes: [Int]
  /// ε of batch normalisation, added to variances.
  package var batchNormEpsilon: Double
  /// The labels in the order of the logits. Empty for a language model.
  package var labels: [String]
  /// The profile of cleaning that the model was trained on.
  package var cleaning: String
  /// The longest tweet that the model was trained on, in tokens; longer ones are cut.
  package var maximumTokens: Int
  /// The divisor of logits before the softmax: 1 unless the model has been calibrated.
  package var temperature: Double
  /// The wide term; nil for none. A language model has none.
  package var wide: WideShape?
  /// How many marks (emoticons, emoji) the classifier knows: the lines of its `marks.txt`; nil for none.
  package var marks: Int?

  /// A network of these values, which are checked when a model is written or read; without labels and head
  /// sizes it is a language model.
  package init(
    vocabularySize: Int, embeddingSize: Int, hiddenSize: Int, layerCount: Int, paddingID: Int = 1,
    headSizes: [Int] = [], batchNormEpsilon: Double = 1e-5, labels: [String] = [], cleaning: String,
    maximumTokens: Int, temperature: Double = 1, wide: WideShape? = nil, marks: Int? = nil
  ) {
    self.vocabularySize = vocabularySize
    self.embeddingSize = embeddingSize
    self.hiddenSize = hiddenSize
    self.layerCount = layerCount
    self.paddingID = paddingID
    self.headSizes = headSizes
    self.batchNormEpsilon = batchNormEpsilon
    self.labels = labels
    self.cleaning = cleaning
    self.maximumTokens = maximumTokens
    self.temperature = temperature
    self.wide = wide
    self.marks = marks
  }

  package var kind: Kind { labels.isEmpty ? .languageModel : .classifier }

  /// What goes into an LSTM layer and how many units it has: E → H → … → H → E.
  package func layerShape(_ layer: Int) -> (inputs: Int, units: Int) {
    let inputs = layer == 0 ? embeddingSize : hiddenSize
    let units = layer == layerCount - 1 ? embeddingSize : hiddenSize
    return (inputs, units)
  }
}
