/// Removes those inputs of linear maps that can best be spared, and refits the others by least squares: the optimal
/// brain surgeon (Hassibi & Stork 1993) on the outputs of one layer (Dong et al. 2017; Frantar et al. 2022).
///
/// With A the mean of the products of the inputs, taken over examples, removing input j changes the maps' outputs by at
/// least ‖w_j‖² / A⁻¹[j][j] in the mean square, w_j being its weights. The input of the least such cost goes first; the
/// weights w_i of the others become w_i - w_j · A⁻¹[j][i] / A⁻¹[j][j], and row and column j leave A⁻¹ likewise.
struct UnitSurgeon {
  /// The inputs that are left, in order, without the constant.
  private(set) var kept: [Int]

  /// A⁻¹ of the inputs that are left.
  private var inverse: DoubleMatrix
  /// A row for each input and one for the constant, [inputs + 1][outputs of all maps].
  private var weights: DoubleMatrix
  /// The sum of the squares of each input's weights.
  private var squares: [Double]
  private let outputs: [Int]

  /// A linear map and its bias: inputs → outputs.
  struct Reader: Equatable {
    /// [outputs][inputs].
    var weights: Tensor
    /// [outputs].
    var bias: Tensor
  }

  /// Damping, in means of the diagonal of A: without it, units that are copies of each other would have no inverse.
  static let damping = 1e-4

  /// - Parameters:
  ///   - moments: A, [inputs + 1][inputs + 1]; the last input is the constant 1 that biases are multiplied with.
  ///   - readers: what reads the inputs.
  init(moments: DoubleMatrix, readers: [Reader]) {
    let inputs = moments.rows - 1
    precondition(readers.allSatisfy { $0.weights.columns == inputs })
    inverse = Self.inverse(of: moments)
    outputs = readers.map(\.weights.rows)
    var weights = DoubleMatrix(rows: inputs + 1, columns: outputs.reduce(0, +))
    var first = 0
    for reader in readers {
      for output in 0..<reader.weights.rows {
        for input in 0..<inputs {
          weights[input, first + output] = Double(reader.weights.values[output * inputs + input])
        }
        weights[inputs, first + output] = Double(reader.bias.values[output])
      }
      first += reader.weights.rows
    }
    squares = (0..<inputs).map { weights.squares(ofRow: $0) }
    self.weights = weights
    kept = Array(0..<inputs)
  }

  /// The inverse of damped moments. Where their sums are so rounded that they are not those of any inputs, as of units
  /// that always answer the same among units that answer almost nothing, it takes more damping.
  private static func inverse(of moments: DoubleMatrix) -> DoubleMatrix {
    let mean = (0..<moments.rows).reduce(0) { $0 + moments[$1, $1] } / Double(moments.rows)
    precondition(mean > 0 && mean.isFinite)
    var damping = Self.damping
    while true {
      var damped = moments
      for input in 0..<moments.rows { damped[input, input] += damping * mean }
      if let inverse = damped.positiveInverse { return inverse }
      damping *= 10
    }
  }

  /// Removes the input that costs least, the first one of several; the constant stays.
  mutating func removeOne() {
    var (place, least) = (0, Double.infinity)
    for (index, input) in kept.enumerated() {
      let cost = squares[input] / inverse[input, input]
      if cost < least { (place, least) = (index, cost) }
    }
    let removed = kept.remove(at: place)
    let pivot = inverse[removed, removed]
    for input in kept + [weights.rows - 1] {
      let factor = -inverse[removed, input] / pivot
      weights.add(factor, timesRow: removed, toRow: input)
      inverse.add(factor, timesRow: removed, toRow: input)
      if input < squares.count { squares[input] = weights.squares(ofRow: input) }
    }
  }

  /// What reads the inputs that are left.
  var readers: [Reader] {
    var first = 0
    return outputs.map { count in
      var reader = Reader(
        weights: Tensor(rows: count, columns: kept.count), bias: Tensor(rows: 1, columns: count))
      for output in 0..<count {
        for (column, input) in kept.enumerated() {
          reader.weights.values[output * kept.count + column] = Float(weights[input, first + output])
        }
        reader.bias.values[output] = Float(weights[weights.rows - 1, first + output])
      }
      first += count
      return reader
    }
  }
}
