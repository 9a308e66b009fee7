/// What a tensor is called and how large it is.
package struct TensorShape: Equatable, Sendable {
  package let name: String
  /// From the outermost to the innermost: [rows, columns] of a matrix, [count] of a vector.
  package let sizes: [Int]

  package init(_ name: String, _ sizes: [Int]) {
    self.name = name
    self.sizes = sizes
  }

  /// How many numbers the tensor has.
  package var count: Int { sizes.reduce(1, *) }
}

extension Architecture {
  /// Every tensor of such a model, by the names of a PyTorch module, in the order in which they are used;
  /// `head.…` belongs to a classifier, `wide.…` and `marks.…` to one with these, `decoder.bias` to a language model.
  package var tensors: [TensorShape] {
    let embedding = TensorShape("encoder.weight", [vocabularySize, embeddingSize])
    let top =
      switch kind {
      case .classifier: headTensors + wideTensors + markTensors
      case .languageModel: [TensorShape("decoder.bias", [vocabularySize])]
      }
    return [embedding] + (0..<layerCount).flatMap(layerTensors) + top
  }

  /// One LSTM layer; gates in PyTorch's order i, f, g, o.
  private func layerTensors(_ layer: Int) -> [TensorShape] {
    let (inputs, units) = layerShape(layer)
    return [
      TensorShape("rnns.\(layer).weight_ih_l0", [4 * units, inputs]),
      TensorShape("rnns.\(layer).weight_hh_l0", [4 * units, units]),
      TensorShape("rnns.\(layer).bias_ih_l0", [4 * units]),
      TensorShape("rnns.\(layer).bias_hh_l0", [4 * units]),
    ]
  }

  private var wideTensors: [TensorShape] {
    wide.map { [TensorShape(Self.wideWeight, [$0.buckets, labels.count])] } ?? []
  }

  private var markTensors: [TensorShape] {
    marks.map { [TensorShape(Self.markWeight, [$0, labels.count])] } ?? []
  }

  /// The tensor of the marks.
  package static let markWeight = "marks.weight"

  /// The tensor of the wide term.
  package static let wideWeight = "wide.weight"

  /// The head as a PyTorch `Sequential`: BatchNorm1d, Dropout, Linear, ReLU, again and again, so block b's
  /// batch normalisation is module 4b and its linear layer module 4b + 2.
  private var headTensors: [TensorShape] {
    zip(headSizes, headSizes.dropFirst()).enumerated().flatMap { block, widths in
      let (inputs, outputs) = widths
      let norm = ["weight", "bias", "running_mean", "running_var"]
      return norm.map { TensorShape("head.\(4 * block).\($0)", [inputs]) } + [
        TensorShape("head.\(4 * block + 2).weight", [outputs, inputs]),
        TensorShape("head.\(4 * block + 2).bias", [outputs]),
      ]
    }
  }
}
