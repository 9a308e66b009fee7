package import AWDLSTM

// Language models as files.

extension LanguageModelParameters {
  /// The parameters of a model from its files. A classifier has the encoder but no decoder: its bias starts at zero.
  package init(_ model: Model) throws(ModelError) {
    self.init(EncoderShape(model.architecture))
    switch model.architecture.kind {
    case .languageModel: try load(model)
    case .classifier: encoder = try EncoderParameters(model)
    }
  }

  /// A model with these parameters, ready to be written.
  ///
  /// - Parameters:
  ///   - vocabulary: tokens by id.
  ///   - cleaning: the cleaning profile of the training texts.
  package func newModel(vocabulary: [String], cleaning: String, maximumTokens: Int) -> NewModel {
    let shape = encoder.shape
    return NewModel(
      architecture: Architecture(
        vocabularySize: shape.vocabularySize, embeddingSize: shape.embeddingSize,
        hiddenSize: shape.hiddenSize, layerCount: shape.layerCount, cleaning: cleaning,
        maximumTokens: maximumTokens),
      vocabulary: vocabulary, tensors: namedTensors)
  }

  /// The same model with another vocabulary: known words keep their embeddings, new ones start as the mean of all
  /// words, as in ULMFiT.
  ///
  /// - Parameters:
  ///   - old: this model's tokens by id.
  ///   - new: the other vocabulary's.
  /// - Returns: the model, and the number of known words.
  package func mapped(from old: [String], to new: [String]) -> (
    parameters: LanguageModelParameters, known: Int
  ) {
    let ids = Dictionary(zip(old, old.indices), uniquingKeysWith: { first, _ in first })
    var mapped = self
    mapped.encoder.embedding = encoder.embedding.rows(of: new.map { ids[$0] })
    let bias = Tensor(rows: old.count, columns: 1, values: decoderBias.values)
    mapped.decoderBias = Tensor(
      rows: 1, columns: new.count, values: bias.rows(of: new.map { ids[$0] }).values)
    return (mapped, new.count { ids[$0] != nil })
  }
}

extension Tensor {
  /// Some rows in another order; the mean of all rows for nil.
  fileprivate func rows(of indices: [Int?]) -> Tensor {
    let mean = (0..<columns).map { column in
      Float((0..<rows).reduce(0.0) { $0 + Double(self[row: $1, column: column]) } / Double(max(1, rows)))
    }
    var chosen = Tensor(rows: indices.count, columns: columns)
    for (row, index) in indices.enumerated() {
      let source = index.map { values[$0 * columns..<($0 + 1) * columns] } ?? mean[...]
      chosen.values.replaceSubrange(row * columns..<(row + 1) * columns, with: source)
    }
    return chosen
  }
}

extension EncoderShape {
  /// The sizes of a model's encoder.
  package init(_ architecture: Architecture) {
    self.init(
      vocabularySize: architecture.vocabularySize, embeddingSize: architecture.embeddingSize,
      hiddenSize: architecture.hiddenSize, layerCount: architecture.layerCount)
  }
}

extension ParameterTree {
  /// Loads the tensors of a model by name.
  ///
  /// - Parameter prefix: what their names begin with in the model.
  mutating func load(_ model: Model, prefix: String = "") throws(ModelError) {
    var failure: ModelError?
    visit { name, tensor in
      do throws(ModelError) {
        let loaded = try model.tensor(prefix + name)
        precondition(loaded.values.count == tensor.count, "the tree was made for the model's sizes")
        tensor.values = loaded.values
      } catch {
        failure = failure ?? error
      }
    }
    if let failure { throw failure }
  }

  /// All tensors by name, vectors with one dimension; nothing is copied.
  var namedTensors: [NamedTensor] {
    tensors.map { name, tensor in
      NamedTensor(
        name, sizes: tensor.rows == 1 ? [tensor.columns] : [tensor.rows, tensor.columns],
        values: tensor.values)
    }
  }
}
