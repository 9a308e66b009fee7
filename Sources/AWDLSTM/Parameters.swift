/// All weights of a network by name, each checked against the architecture.
struct Parameters: Sendable {
  /// Embedding, [V][E].
  let encoder: Matrix
  let layers: [Layer]
  let head: [HeadBlock]

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

  /// Finds and checks every tensor; one that is missing, wrong or unknown is an error.
  init(_ tensors: SafeTensors, for architecture: Architecture) throws(ModelError) {
    var shelf = TensorShelf(tensors)
    encoder = try shelf.matrix(
      "encoder.weight", rows: architecture.vocabularySize, columns: architecture.embeddingSize)
    layers = try Self.layers(&shelf, architecture)
    head = try Self.head(&shelf, architecture)
    try shelf.requireEmpty()
  }

  private static func layers(
    _ shelf: inout TensorShelf, _ architecture: Architecture
  ) throws(ModelError) -> [Layer] {
    var layers: [Layer] = []
    for index in 0..<architecture.layerCount {
      let (inputs, units) = architecture.layerShape(index)
      let name = "rnns.\(index)."
      layers.append(
        Layer(
          inputWeights: try shelf.matrix(name + "weight_ih_l0", rows: 4 * units, columns: inputs),
          stateWeights: try shelf.matrix(name + "weight_hh_l0", rows: 4 * units, columns: units),
          inputBias: try shelf.vector(name + "bias_ih_l0", count: 4 * units),
          stateBias: try shelf.vector(name + "bias_hh_l0", count: 4 * units)))
    }
    return layers
  }

  /// The head as a PyTorch `Sequential`: BatchNorm1d, Dropout, Linear, ReLU, again and again, so block b's
  /// batch normalisation is module 4b and its linear layer module 4b + 2.
  private static func head(
    _ shelf: inout TensorShelf, _ architecture: Architecture
  ) throws(ModelError) -> [HeadBlock] {
    var blocks: [HeadBlock] = []
    for index in 0..<architecture.headSizes.count - 1 {
      let inputs = architecture.headSizes[index]
      let outputs = architecture.headSizes[index + 1]
      let norm = "head.\(4 * index)."
      let linear = "head.\(4 * index + 2)."
      blocks.append(
        HeadBlock(
          gamma: try shelf.vector(norm + "weight", count: inputs),
          beta: try shelf.vector(norm + "bias", count: inputs),
          runningMean: try shelf.vector(norm + "running_mean", count: inputs),
          runningVariance: try shelf.variance(norm + "running_var", count: inputs),
          weights: try shelf.matrix(linear + "weight", rows: outputs, columns: inputs),
          bias: try shelf.vector(linear + "bias", count: outputs)))
    }
    return blocks
  }
}
