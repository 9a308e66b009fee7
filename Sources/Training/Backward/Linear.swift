package import Datasets

/// The parameters of a linear layer.
package struct LinearParameters: ParameterTree {
  /// [outputs][inputs].
  package var weight: Tensor
  /// [outputs].
  package var bias: Tensor

  package mutating func visit(_ body: (String, inout Tensor) throws -> Void) rethrows {
    try body("weight", &weight)
    try body("bias", &bias)
  }
}

extension LinearParameters {
  /// Initial values as in PyTorch: uniform within ±1 / √inputs, which for the weights is He's uniform distribution
  /// with a = √5.
  package init(inputs: Int, outputs: Int, from generator: inout SplitMix64) {
    let bound = 1 / Float(inputs).squareRoot()
    func random(rows: Int, columns: Int) -> Tensor {
      let values = (0..<rows * columns).map { _ in (2 * generator.nextFraction() - 1) * bound }
      return Tensor(rows: rows, columns: columns, values: values)
    }
    weight = random(rows: outputs, columns: inputs)
    bias = random(rows: 1, columns: outputs)
  }
}

/// y = x · Wᵀ + b for every row.
package enum Linear {
  /// [rows][inputs] → [rows][outputs].
  package static func forward(_ input: Tensor, _ parameters: LinearParameters) -> Tensor {
    precondition(input.columns == parameters.weight.columns)
    let weight = parameters.weight.transposed
    var output = Tensor(rows: input.rows, columns: weight.columns)
    for row in 0..<input.rows {
      output.add(1, timesRow: 0, of: parameters.bias, toRow: row)
      for column in 0..<input.columns {
        output.add(input[row: row, column: column], timesRow: column, of: weight, toRow: row)
      }
    }
    return output
  }

  /// The gradient of the input, [rows][inputs], from that of the output, [rows][outputs].
  package static func inputGradient(_ gradient: Tensor, _ parameters: LinearParameters) -> Tensor {
    precondition(gradient.columns == parameters.weight.rows)
    var input = Tensor(rows: gradient.rows, columns: parameters.weight.columns)
    for row in 0..<gradient.rows {
      for output in 0..<gradient.columns {
        input.add(gradient[row: row, column: output], timesRow: output, of: parameters.weight, toRow: row)
      }
    }
    return input
  }

  /// - Parameters:
  ///   - gradient: of the output, [rows][outputs].
  ///   - input: the layer's input, [rows][inputs].
  /// - Returns: the gradients of input and parameters.
  package static func backward(
    _ gradient: Tensor, input: Tensor, _ parameters: LinearParameters
  ) -> (input: Tensor, parameters: LinearParameters) {
    precondition(gradient.rows == input.rows && gradient.columns == parameters.weight.rows)
    var (inputGradient, weight) = (input.zeros, parameters.weight.zeros)
    for row in 0..<gradient.rows {
      for output in 0..<gradient.columns {
        let slope = gradient[row: row, column: output]
        inputGradient.add(slope, timesRow: output, of: parameters.weight, toRow: row)
        weight.add(slope, timesRow: row, of: input, toRow: output)
      }
    }
    return (inputGradient, LinearParameters(weight: weight, bias: Tensor(vector: gradient.columnSums)))
  }
}

/// y = max(x, 0), element by element.
package enum ReLU {
  package static func forward(_ input: Tensor) -> Tensor {
    Tensor(rows: input.rows, columns: input.columns, values: input.values.map { max($0, 0) })
  }

  /// The gradient of the input; 0 where the input was 0, as in PyTorch.
  ///
  /// - Parameter output: the result of `forward`.
  package static func backward(_ gradient: Tensor, output: Tensor) -> Tensor {
    precondition(gradient.rows == output.rows && gradient.columns == output.columns)
    var input = gradient
    for index in input.values.indices where output.values[index] <= 0 { input.values[index] = 0 }
    return input
  }
}
