/// y = γ (x - mean) / √(variance + ε) + β, for each input over all rows of a minibatch
/// (Ioffe & Szegedy 2015).
///
/// As in PyTorch, a batch is normalised by its biased variance, while the running variance is unbiased. A batch of
/// one row has no variance: it is normalised by the running statistics, and does not change them.
package struct BatchNorm: Equatable, Sendable {
  /// ε, added to a variance before its root is taken.
  package let epsilon: Double
  /// The share of a batch in the updated running statistics.
  package let momentum: Double

  package init(epsilon: Double = 1e-5, momentum: Double = 0.1) {
    self.epsilon = epsilon
    self.momentum = momentum
  }

  /// What the backward pass needs.
  package struct Tape: Sendable {
    /// (x - mean) / √(variance + ε), [rows][inputs].
    fileprivate let normalised: Tensor
    /// 1 / √(variance + ε), [inputs].
    fileprivate let scales: [Double]
    /// Whether mean and variance were those of the batch, and thus depend on every row.
    fileprivate let isOfBatch: Bool
  }

  /// Training: normalises a minibatch, [rows][inputs], and updates the running statistics.
  package func forward(
    _ input: Tensor, _ parameters: BatchNormParameters, _ statistics: inout BatchNormStatistics
  ) -> (output: Tensor, tape: Tape) {
    var moments = Moments(statistics)
    if input.rows > 1 {
      moments = Moments(columnsOf: input)
      update(&statistics, moments, rows: input.rows)
    }
    let scales = scales(moments)
    let normalised = normalised(input, moments, scales)
    let tape = Tape(normalised: normalised, scales: scales, isOfBatch: input.rows > 1)
    return (scaled(normalised, parameters), tape)
  }

  /// Evaluation: normalises rows, [rows][inputs], independently of each other.
  package func answer(
    _ input: Tensor, _ parameters: BatchNormParameters, _ statistics: BatchNormStatistics
  ) -> Tensor {
    let moments = Moments(statistics)
    return scaled(normalised(input, moments, scales(moments)), parameters)
  }

  /// The gradient of the input of `answer`, [rows][inputs], from that of its output.
  package func inputGradient(
    _ gradient: Tensor, _ parameters: BatchNormParameters, _ statistics: BatchNormStatistics
  ) -> Tensor {
    let scales = scales(Moments(statistics))
    var input = gradient
    for index in input.values.indices {
      let column = index % input.columns
      input.values[index] *= Float(Double(parameters.weight.values[column]) * scales[column])
    }
    return input
  }

  /// - Parameter gradient: of the output of `forward`, [rows][inputs].
  /// - Returns: the gradients of its input and parameters.
  package func backward(
    _ gradient: Tensor, _ tape: Tape, _ parameters: BatchNormParameters
  ) -> (input: Tensor, parameters: BatchNormParameters) {
    precondition(gradient.rows == tape.normalised.rows && gradient.columns == tape.normalised.columns)
    var products = gradient
    for index in products.values.indices { products.values[index] *= tape.normalised.values[index] }
    let sums = (weight: products.columnSums, bias: gradient.columnSums)
    var input = gradient.zeros
    for column in 0..<input.columns {
      let factor = Double(parameters.weight.values[column]) * tape.scales[column]
      // The batch's mean and variance absorb what is common to all rows.
      let share = tape.isOfBatch ? 1 / Double(input.rows) : 0
      let (slope, shift) = (sums.weight[column] * share, sums.bias[column] * share)
      for index in stride(from: column, to: input.count, by: input.columns) {
        let normalised = Double(tape.normalised.values[index])
        input.values[index] = Float(factor * (Double(gradient.values[index]) - shift - normalised * slope))
      }
    }
    let gradients = BatchNormParameters(weight: Tensor(vector: sums.weight), bias: Tensor(vector: sums.bias))
    return (input, gradients)
  }

  private func update(_ statistics: inout BatchNormStatistics, _ moments: Moments, rows: Int) {
    let unbiased = Double(rows) / Double(rows - 1)
    for column in moments.mean.indices {
      statistics.mean.values[column] = mix(statistics.mean.values[column], moments.mean[column])
      statistics.variance.values[column] = mix(
        statistics.variance.values[column], moments.variance[column] * unbiased)
    }
  }

  private func mix(_ old: Float, _ new: Double) -> Float {
    Float((1 - momentum) * Double(old) + momentum * new)
  }

  private func scales(_ moments: Moments) -> [Double] {
    moments.variance.map { 1 / ($0 + epsilon).squareRoot() }
  }

  private func normalised(_ input: Tensor, _ moments: Moments, _ scales: [Double]) -> Tensor {
    var result = input.zeros
    for row in 0..<input.rows {
      for column in 0..<input.columns {
        let index = row * input.columns + column
        result.values[index] = Float((Double(input.values[index]) - moments.mean[column]) * scales[column])
      }
    }
    return result
  }

  private func scaled(_ normalised: Tensor, _ parameters: BatchNormParameters) -> Tensor {
    var result = normalised
    for row in 0..<result.rows {
      for column in 0..<result.columns {
        let index = row * result.columns + column
        result.values[index] =
          result.values[index] * parameters.weight.values[column] + parameters.bias.values[column]
      }
    }
    return result
  }
}

/// Mean and variance of each input.
private struct Moments {
  let mean: [Double]
  let variance: [Double]

  init(_ statistics: BatchNormStatistics) {
    mean = statistics.mean.values.map { Double($0) }
    variance = statistics.variance.values.map { Double($0) }
  }

  /// The variance is the biased one.
  init(columnsOf input: Tensor) {
    let rows = Double(input.rows)
    let mean = input.columnSums.map { $0 / rows }
    var squares = [Double](repeating: 0, count: input.columns)
    for row in 0..<input.rows {
      for column in 0..<input.columns {
        let distance = Double(input.values[row * input.columns + column]) - mean[column]
        squares[column] += distance * distance
      }
    }
    self.mean = mean
    variance = squares.map { $0 / rows }
  }
}

/// The parameters of a batch normalisation: a factor and a shift for each input.
package struct BatchNormParameters: ParameterTree {
  /// γ, [inputs].
  package var weight: Tensor
  /// β, [inputs].
  package var bias: Tensor

  package mutating func visit(_ body: (String, inout Tensor) throws -> Void) rethrows {
    try body("weight", &weight)
    try body("bias", &bias)
  }
}

extension BatchNormParameters {
  /// Factors of 1 and shifts of 0.
  package init(inputs: Int) {
    weight = Tensor(rows: 1, columns: inputs, values: [Float](repeating: 1, count: inputs))
    bias = Tensor(rows: 1, columns: inputs)
  }
}

/// The running statistics of a batch normalisation's inputs, used for evaluation.
///
/// No optimiser changes them, but they are a parameter tree: checkpoints and model files store them by name.
package struct BatchNormStatistics: ParameterTree {
  /// [inputs].
  package var mean: Tensor
  /// [inputs].
  package var variance: Tensor

  package mutating func visit(_ body: (String, inout Tensor) throws -> Void) rethrows {
    try body("running_mean", &mean)
    try body("running_var", &variance)
  }
}

extension BatchNormStatistics {
  /// Means of 0 and variances of 1.
  package init(inputs: Int) {
    mean = Tensor(rows: 1, columns: inputs)
    variance = Tensor(rows: 1, columns: inputs, values: [Float](repeating: 1, count: inputs))
  }
}
