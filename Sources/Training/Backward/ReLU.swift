/// y = max(x, 0), number by number.
package enum ReLU {
  package static func forward(_ input: Tensor) -> Tensor {
    Tensor(rows: input.rows, columns: input.columns, values: input.values.map { max($0, 0) })
  }

  /// The gradient of the input; 0 where the input was 0, as in PyTorch.
  ///
  /// - Parameter output: what `forward` gave.
  package static func backward(_ gradient: Tensor, output: Tensor) -> Tensor {
    precondition(gradient.rows == output.rows && gradient.columns == output.columns)
    var input = gradient
    for index in input.values.indices where output.values[index] <= 0 { input.values[index] = 0 }
    return input
  }
}
