package import AWDLSTM

extension TrainedClassifier {
  /// The model of this classifier, to be written.
  ///
  /// - Parameters:
  ///   - labels: the classes in the order of the logits.
  ///   - vocabulary: tokens by id.
  ///   - cleaning: the profile of the texts that it learnt from.
  ///   - maximumTokens: longer tweets were cut.
  ///   - temperature: what logits are to be divided by.
  package func newModel(
    labels: [String], vocabulary: [String], cleaning: String, maximumTokens: Int, temperature: Double
  ) -> NewModel {
    let shape = parameters.encoder.shape
    let headSizes = parameters.head.blocks.map(\.linear.weight.columns) + [labels.count]
    return NewModel(
      architecture: Architecture(
        vocabularySize: shape.vocabularySize, embeddingSize: shape.embeddingSize,
        hiddenSize: shape.hiddenSize, layerCount: shape.layerCount, headSizes: headSizes, labels: labels,
        cleaning: cleaning, maximumTokens: maximumTokens, temperature: temperature),
      vocabulary: vocabulary, tensors: parameters.namedTensors + statistics.namedTensors)
  }
}

extension EncoderParameters {
  /// The encoder of a model from its files, language model or classifier.
  package init(_ model: Model) throws(ModelError) {
    self.init(EncoderShape(model.architecture))
    try load(model)
  }
}
