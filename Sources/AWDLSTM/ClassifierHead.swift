internal import Kernels

/// Pooled features → logits: blocks of batch normalisation and a linear layer, a ReLU between two blocks.
///
/// At inference batch normalisation is y = γ (x - mean) / √(variance + ε) + β: a factor and a shift for each
/// input. Both are folded into the linear layer behind it, once, in double precision.
struct ClassifierHead: Sendable {
  private let layers: [LinearLayer]

  /// - Throws: if the weights are so large that finite features could result in infinite logits.
  init(
    _ parameters: Parameters, architecture: Architecture, file: String, kernels: KernelSet
  ) throws(ModelError) {
    var layers: [LinearLayer] = []
    // Features are hidden states or their means: within -1 … 1.
    var bound = 1.0
    for (index, block) in parameters.head.enumerated() {
      let folded = FoldedBlock(block, epsilon: architecture.batchNormEpsilon)
      // Inputs are taken for 1 at least: weights that only smaller ones keep in bounds may be infinite in single
      // precision, and infinity times 0 is not a number.
      bound = folded.outputBound(inputBound: max(bound, 1))
      guard bound < Double(Float.greatestFiniteMagnitude) / 4 else {
        throw ModelError(
          file: file, place: "tensor 'head.\(4 * index + 2).weight'",
          expected: "weights that keep logits finite", found: "values that are too large together")
      }
      let weights = folded.foldedWeights
      let bias = folded.bias.map(Float.init)
      layers.append(
        LinearLayer(
          inputs: folded.inputs, outputs: folded.outputs, weights: weights.span,
          bias: bias.span, rectifies: index < parameters.head.count - 1,
          kernels: kernels))
    }
    self.layers = layers
  }

  /// Computes the first `rows` rows: `pooled` → the last of the workspace's `head`, the logits.
  func apply(rows: Int, in workspace: Workspace) {
    var input = workspace.pooled
    for index in layers.indices {
      layers[index].apply(rows: rows, input: input, output: workspace.head[index])
      input = workspace.head[index]
    }
  }
}

/// A linear layer with the batch normalisation in front of it folded in.
private struct FoldedBlock {
  let inputs: Int
  let outputs: Int
  private(set) var bias: [Double]
  /// As they were, [outputs][inputs].
  private let weights: [Float]
  /// What those of each input are multiplied by.
  private let factors: [Double]

  init(_ block: Parameters.HeadBlock, epsilon: Double) {
    inputs = block.weights.columns
    outputs = block.weights.rows
    weights = block.weights.values()
    bias = block.bias.values().map(Double.init)
    let gamma = block.gamma.values().map(Double.init)
    let beta = block.beta.values().map(Double.init)
    let mean = block.runningMean.values().map(Double.init)
    let variance = block.runningVariance.values().map(Double.init)
    // A variance of 0 with ε = 0 would divide by zero; the bound below refuses the infinity.
    factors = zip(gamma, variance).map { $0 / ($1 + epsilon).squareRoot() }
    let shifts = beta.indices.map { beta[$0] - mean[$0] * factors[$0] }
    for output in 0..<outputs {
      for input in 0..<inputs { bias[output] += Double(weights[output * inputs + input]) * shifts[input] }
    }
  }

  /// [outputs][inputs]
  var foldedWeights: [Float] {
    weights.indices.map { Float(Double(weights[$0]) * factors[$0 % inputs]) }
  }

  /// The maximum magnitude of outputs for inputs up to `inputBound`; NaN if there is none.
  func outputBound(inputBound: Double) -> Double {
    var bound = 0.0
    for output in 0..<outputs {
      var sum = abs(bias[output])
      for input in 0..<inputs {
        sum += abs(Double(weights[output * inputs + input]) * factors[input]) * inputBound
      }
      guard sum.isFinite else { return .nan }
      bound = max(bound, sum)
    }
    return bound
  }
}

/// The answers at all steps of a tweet → one row of 3E numbers: the last, the maximum and the mean of each unit.
///
/// Only steps with tokens are included; there is no padding.
struct StepwisePooling: Sendable {
  /// E: units of the last layer.
  let units: Int

  /// Folds the answer at one step of a tweet, row `answer` of `answers`, into the tweet's row. The first step resets it.
  func fold(_ answers: FloatMatrix, answer: Int, row: Int, isStart: Bool, into pooled: FloatMatrix) {
    pooled.pool(row: row, of: answers, row: answer, first: isStart, maximum: units, sum: 2 * units)
  }

  /// Finishes a tweet of `length` tokens, whose last answer is row `answer`, after its last step has been folded in.
  func finish(_ answers: FloatMatrix, answer: Int, row: Int, length: Int, in pooled: FloatMatrix) {
    pooled.copy(row: row, column: 0, from: answers, row: answer, count: units)
    pooled.divide(row: row, columns: 2 * units..<3 * units, by: Float(length))
  }
}
