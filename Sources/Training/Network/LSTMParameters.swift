internal import Datasets

/// The parameters of an LSTM layer, as PyTorch names and stores them; gates in the order i, f, g, o.
package struct LSTMParameters: ParameterTree, Equatable {
  /// [4 · units][inputs].
  package var inputWeights: Tensor
  /// [4 · units][units].
  package var stateWeights: Tensor
  /// [4 · units].
  package var inputBias: Tensor
  /// [4 · units]; only its sum with the other bias matters, but PyTorch keeps both.
  package var stateBias: Tensor

  package var inputs: Int { inputWeights.columns }
  package var units: Int { stateWeights.columns }

  /// Initial values as in PyTorch: uniform within ±1/√units.
  init(inputs: Int, units: Int, using generator: inout SplitMix64) {
    let bound = 1 / Float(units).squareRoot()
    inputWeights = .uniform(rows: 4 * units, columns: inputs, within: bound, using: &generator)
    stateWeights = .uniform(rows: 4 * units, columns: units, within: bound, using: &generator)
    inputBias = .uniform(rows: 1, columns: 4 * units, within: bound, using: &generator)
    stateBias = .uniform(rows: 1, columns: 4 * units, within: bound, using: &generator)
  }

  /// Zeros, for loading and for accumulating gradients.
  init(inputs: Int, units: Int) {
    inputWeights = Tensor(rows: 4 * units, columns: inputs)
    stateWeights = Tensor(rows: 4 * units, columns: units)
    inputBias = Tensor(rows: 1, columns: 4 * units)
    stateBias = inputBias
  }

  package mutating func visit(_ body: (String, inout Tensor) throws -> Void) rethrows {
    try body("weight_ih_l0", &inputWeights)
    try body("weight_hh_l0", &stateWeights)
    try body("bias_ih_l0", &inputBias)
    try body("bias_hh_l0", &stateBias)
  }
}

extension Tensor {
  /// Uniform random numbers from -`bound` to `bound`.
  static func uniform(
    rows: Int, columns: Int, within bound: Float, using generator: inout SplitMix64
  ) -> Tensor {
    Tensor(
      rows: rows, columns: columns,
      values: (0..<rows * columns).map { _ in bound * (2 * generator.nextFraction() - 1) })
  }
}
