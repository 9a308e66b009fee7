/// All weights of a network by name, each checked against the architecture.
struct Parameters: Sendable {
  /// Embedding, [V][E].
  let encoder: Matrix
  let layers: [Layer]
  /// Empty in a language model.
  let head: [HeadBlock]
  /// All weights of the wide term as one row; nil if there is none.
  let wide: Matrix?
  /// [marks][labels], in single precision; nil if there are none.
  let marks: Matrix?

  /// One LSTM layer; gates in PyTorch's order i, f, g, o.
  struct Layer: Sendable {
    /// `weight_ih`, [4 · units][inputs].
    let inputWeights: Matrix
    /// `weight_hh`, [4 · units][units].
    let stateWeights: Matrix
    let inputBias: Matrix
    let stateBias: Matrix
  }

  /// One block of the head: batch normalisation, then a linear layer.
  struct HeadBlock: Sendable {
    let gamma: Matrix
    let beta: Matrix
    let runningMean: Matrix
    let runningVariance: Matrix
    /// [outputs][inputs].
    let weights: Matrix
    let bias: Matrix
  }

  /// Finds and checks every tensor; a missing, wrong or unknown one is an error.
  ///
  /// The decoder of a language model is checked but not kept, as classification does not need it.
  init(_ tensors: SafeTensors, for architecture: Architecture) throws(ModelError) {
    var shelf = TensorShelf(tensors, for: architecture)
    encoder = try shelf.matrix("encoder.weight")
    layers = try Self.layers(&shelf, count: architecture.layerCount)
    head = try Self.head(&shelf, blocks: max(0, architecture.headSizes.count - 1))
    wide = architecture.wide == nil ? nil : try shelf.row(Architecture.wideWeight)
    marks = architecture.marks == nil ? nil : try shelf.floats(Architecture.markWeight)
    if architecture.kind == .languageModel { _ = try shelf.vector("decoder.bias") }
    try shelf.requireEmpty()
  }

  private static func layers(_ shelf: inout TensorShelf, count: Int) throws(ModelError) -> [Layer] {
    var layers: [Layer] = []
    for index in 0..<count {
      let name = "rnns.\(index)."
      layers.append(
        Layer(
          inputWeights: try shelf.layerMatrix(name + "weight_ih_l0"),
          stateWeights: try shelf.layerMatrix(name + "weight_hh_l0"),
          inputBias: try shelf.vector(name + "bias_ih_l0"),
          stateBias: try shelf.vector(name + "bias_hh_l0")))
    }
    return layers
  }

  private static func head(_ shelf: inout TensorShelf, blocks: Int) throws(ModelError) -> [HeadBlock] {
    var head: [HeadBlock] = []
    for index in 0..<blocks {
      let norm = "head.\(4 * index)."
      let linear = "head.\(4 * index + 2)."
      head.append(
        HeadBlock(
          gamma: try shelf.vector(norm + "weight"),
          beta: try shelf.vector(norm + "bias"),
          runningMean: try shelf.vector(norm + "running_mean"),
          runningVariance: try shelf.variance(norm + "running_var"),
          weights: try shelf.matrix(linear + "weight"),
          bias: try shelf.vector(linear + "bias")))
    }
    return head
  }
}
