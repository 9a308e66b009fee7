internal import Datasets
internal import Kernels

/// The rates of AWD-LSTM's five dropouts (Merity et al. 2017, section 4).
package struct DropoutRates: Equatable, Sendable {
  /// Whole words of the embedding.
  package var embedding: Float
  /// Features of the first layer's input, the same at all steps of a row.
  package var input: Float
  /// Features between two layers, the same at all steps.
  package var hidden: Float
  /// Features of the last layer's output, the same at all steps. For a classifier: of the head's input.
  package var output: Float
  /// Weights of the states, the same for all rows and steps.
  package var weights: Float

  package init(embedding: Float, input: Float, hidden: Float, output: Float, weights: Float) {
    self.embedding = embedding
    self.input = input
    self.hidden = hidden
    self.output = output
    self.weights = weights
  }

  /// fastai v1's `awd_lstm_lm_config`.
  package static let languageModel = DropoutRates(
    embedding: 0.02, input: 0.25, hidden: 0.15, output: 0.1, weights: 0.2)

  /// fastai v1's `awd_lstm_clas_config`.
  package static let classifier = DropoutRates(
    embedding: 0.05, input: 0.4, hidden: 0.3, output: 0.4, weights: 0.5)

  /// No dropout.
  package static let none = DropoutRates(embedding: 0, input: 0, hidden: 0, output: 0, weights: 0)

  /// All rates times fastai's `drop_mult`.
  package func scaled(by factor: Float) -> DropoutRates {
    DropoutRates(
      embedding: embedding * factor, input: input * factor, hidden: hidden * factor, output: output * factor,
      weights: weights * factor)
  }
}

/// The dropout masks of the encoder for one minibatch, for the rows of one shard.
///
/// Masks hold 0 or 1 / (1 - rate); an empty mask stands for all ones. The masks of a row are drawn by its index in
/// the whole minibatch, so they do not depend on the sharding.
struct EncoderMasks {
  /// [V].
  var embedding: [Float] = []
  /// [rows][E].
  var input: [Float] = []
  /// For the output of each layer, [rows][units]; the last is the output dropout.
  var outputs: [[Float]]

  /// No dropout.
  init(layers: Int) {
    outputs = Array(repeating: [], count: layers)
  }

  /// - Parameters:
  ///   - rows: the rows of the minibatch in the shard.
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
  /// Multiplies each token's numbers by the mask of its row, [rows][columns]; an empty mask does nothing.
  mutating func apply(_ mask: [Float], steps: Steps) {
    guard !mask.isEmpty else { return }
    let columns = columns
    for step in 0..<steps.count {
      let numbers = steps.first[step] * columns..<steps.first[step + 1] * columns
      var all = values.mutableSpan
      // Rows are in the same order at every step.
      TrainingKernels.best.multiply(
        &all, from: numbers.lowerBound, by: mask.span.extracting(0..<numbers.count))
    }
  }
}
