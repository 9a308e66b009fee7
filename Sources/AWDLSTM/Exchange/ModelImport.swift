/// Makes a model of the weights of another program, which say how large a network is but not what its
/// answers mean.
package struct ModelImport: Sendable {
  /// What tensors do not say, labels and cleaning above all; its sizes are not looked at.
  package var template: Architecture
  /// What every vocabulary of ours begins with.
  package var specialTokens: [String]
  /// The marks by number, where the template has any.
  package var marks: [String] = []

  package init(like template: Architecture, specialTokens: [String]) {
    self.template = template
    self.specialTokens = specialTokens
  }

  /// Reads weights and their vocabulary; sizes, and whether this is a classifier, are found from the tensors.
  ///
  /// - Parameters:
  ///   - weights: a safetensors file with the names of fastai 1, fastai 2 or our own, in F16, BF16, F32 or F64.
  ///   - tokens: a JSON array of texts or a token a line, by id.
  /// - Throws: the first thing that is wrong, with the names of these files.
  package func model(weights: ModelFile, tokens: ModelFile) throws(ModelError) -> NewModel {
    let weights = try ForeignWeights(weights)
    let list = try TokenList(tokens)
    var architecture = try architecture(of: weights)
    guard list.tokens.count == architecture.vocabularySize else {
      throw ModelError(
        file: list.file, expected: "\(architecture.vocabularySize) tokens, as the embedding has rows",
        found: "\(list.tokens.count)", remedy: "the list and the weights belong to different models")
    }
    let mapping = try VocabularyMapping(list, specialTokens: specialTokens)
    var tensors: [NamedTensor] = []
    for shape in architecture.tensors {
      let tensor = try weights.tensor(shape)
      let isByWord = shape.name == "encoder.weight" || shape.name == "decoder.bias"
      tensors.append(isByWord ? mapping.mapped(tensor) : tensor)
    }
    architecture.vocabularySize = mapping.tokens.count
    try architecture.check()
    return NewModel(
      architecture: architecture, vocabulary: mapping.tokens, tensors: tensors,
      marks: architecture.marks == nil ? [] : marks)
  }

  private func architecture(of weights: ForeignWeights) throws(ModelError) -> Architecture {
    let embedding = try matrix("encoder.weight", of: weights)
    let states = try matrix("rnns.0.weight_hh_l0", of: weights)
    var layers = 1
    while weights.sizes(of: "rnns.\(layers).weight_hh_l0") != nil { layers += 1 }
    var architecture = template
    (architecture.vocabularySize, architecture.embeddingSize) = (embedding.rows, embedding.columns)
    (architecture.hiddenSize, architecture.layerCount) = (states.columns, layers)
    let isLanguageModel = weights.sizes(of: "decoder.bias") != nil
    guard isLanguageModel != (weights.sizes(of: "head.2.weight") != nil) else {
      throw ModelError(
        file: weights.file,
        expected: "a language model with '1.decoder.bias' or a classifier with '1.layers.…'",
        found: isLanguageModel ? "both" : "neither", remedy: "save the whole model, not its encoder alone")
    }
    architecture.wide = isLanguageModel ? nil : try wide(of: weights)
    architecture.marks = isLanguageModel ? nil : try marks(of: weights)
    if isLanguageModel {
      (architecture.headSizes, architecture.labels) = ([], [])
    } else {
      architecture.headSizes = try headSizes(of: weights, pooled: 3 * embedding.columns)
    }
    return architecture
  }

  /// The wide term, whose features are described only by a configuration.
  private func wide(of weights: ForeignWeights) throws(ModelError) -> WideShape? {
    guard weights.sizes(of: Architecture.wideWeight) != nil else { return nil }
    guard let wide = template.wide else {
      throw weights.error(
        Architecture.wideWeight, expected: "a configuration that says which n-grams these are",
        found: "none",
        remedy: "with --config, name the config.json that was exported with the weights")
    }
    return wide
  }

  /// The marks, which are listed in a separate file.
  private func marks(of weights: ForeignWeights) throws(ModelError) -> Int? {
    guard let sizes = weights.sizes(of: Architecture.markWeight) else { return nil }
    guard sizes.first == marks.count else {
      throw weights.error(
        Architecture.markWeight, expected: "a row for each of \(marks.count) marks", found: "\(sizes)",
        remedy:
          "with --config, name the config.json exported with the weights; marks.txt must be in the same folder"
      )
    }
    return marks.count
  }

  /// The outputs of each linear layer of the head behind the pooled features.
  private func headSizes(of weights: ForeignWeights, pooled: Int) throws(ModelError) -> [Int] {
    var sizes = [pooled]
    var last = ""
    while weights.sizes(of: "head.\(4 * sizes.count - 2).weight") != nil {
      last = "head.\(4 * sizes.count - 2).weight"
      sizes.append(try matrix(last, of: weights).rows)
    }
    let labels = template.labels
    guard sizes.last == labels.count else {
      throw weights.error(
        last, expected: "\(labels.count) rows, one for each of \(labels.map(quoted).joined(separator: ", "))",
        found: "\(sizes[sizes.count - 1])", remedy: "name the labels in the order of the outputs")
    }
    return sizes
  }

  private func matrix(
    _ name: String, of weights: ForeignWeights
  ) throws(ModelError) -> (rows: Int, columns: Int) {
    guard let sizes = weights.sizes(of: name) else {
      throw weights.error(
        name, expected: "a matrix", found: "no such tensor",
        remedy: "names are those of fastai 1, of fastai 2 or of animo")
    }
    guard sizes.count == 2, sizes[0] > 0, sizes[1] > 0 else {
      throw weights.error(name, expected: "a matrix", found: "\(sizes)")
    }
    return (sizes[0], sizes[1])
  }
}
