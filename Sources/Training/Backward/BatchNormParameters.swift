/// What a batch normalisation learns: a factor and a shift of each input.
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

/// What a batch normalisation has seen: running statistics of its inputs, for the time when it has no batch.
///
/// They are gathered, not learnt, and no optimiser sees them. A tree all the same: checkpoints and model
/// files hold them by name.
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
