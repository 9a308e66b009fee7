internal import Datasets
internal import Kernels

/// Which numbers the encoder forgets during one minibatch, for the rows of one shard.
///
/// Masks hold 0 or 1 / (1 - rate). An empty one stands for ones. Those of a row are the same whatever the shard:
/// they are drawn by the row's place in the whole minibatch.
struct EncoderMasks {
  /// [V].
  var embedding: [Float] = []
  /// [rows][E].
  var input: [Float] = []
  /// What each layer's output is multiplied by, [rows][units]; the last is the output dropout.
  var outputs: [[Float]]

  /// No dropout.
  init(layers: Int) {
    outputs = Array(repeating: [], count: layers)
  }

  /// - Parameters:
  ///   - rows: which rows of the minibatch the shard has.
  ///   - step: the minibatch's number in the whole training.
  init(_ rates: DropoutRates, shape: EncoderShape, rows: Range<Int>, random: RandomStream, step: Int) {
    self.init(layers: shape.layerCount)
    embedding = Self.mask(
      rates.embedding, rows: 0..<1, columns: shape.vocabularySize, random.key("embedding", step: step))
    input = Self.mask(
      rates.input, rows: rows, columns: shape.embeddingSize, random.key("input", step: step))
    for layer in 0..<shape.layerCount {
      let isLast = layer == shape.layerCount - 1
      outputs[layer] = Self.mask(
        isLast ? rates.output : rates.hidden, rows: rows, columns: shape.layer(layer).units,
        random.key("output \(layer)", step: step))
    }
  }

  private static func mask(_ rate: Float, rows: Range<Int>, columns: Int, _ key: UInt64) -> [Float] {
    guard rate > 0 else { return [] }
    var mask = [Float](repeating: 0, count: rows.count * columns)
    var span = mask.mutableSpan
    TrainingKernels.best.makeMask(&span, key: key, first: rows.lowerBound * columns, rate: rate)
    return mask
  }
}

extension Tensor {
  /// Multiplies each token's numbers by its row's part of a mask, [rows][columns]; an empty mask does nothing.
  mutating func apply(_ mask: [Float], steps: Steps) {
    guard !mask.isEmpty else { return }
    let columns = columns
    for step in 0..<steps.count {
      let numbers = steps.first[step] * columns..<steps.first[step + 1] * columns
      var all = values.mutableSpan
      // Rows stand in the same order at every step.
      TrainingKernels.best.multiply(
        &all, from: numbers.lowerBound, by: mask.span.extracting(0..<numbers.count))
    }
  }
}
