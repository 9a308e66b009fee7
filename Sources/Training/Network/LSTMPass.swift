internal import Kernels

/// One LSTM layer's forward and backward pass, for the rows of one shard.
///
/// The forward pass keeps what the backward pass needs. Memory is reused from one minibatch to the next.
final class LSTMPass {
  let inputs: Int
  let units: Int

  /// The input of each token, [tokens][inputs]; set by the caller before the forward pass.
  var input = Tensor(rows: 0, columns: 0)
  /// h before the first step of each row, then h of every token, without dropout: [rows + tokens][units].
  private(set) var outputs = Tensor(rows: 0, columns: 0)
  /// The same for c.
  private var cells = Tensor(rows: 0, columns: 0)
  /// The activated gates of every token; after the backward pass, the gradients of z: [tokens][4 · units].
  private var gates = Tensor(rows: 0, columns: 0)
  /// The gradient of h of every token, [tokens][units]; set by the caller before the backward pass, which adds to it.
  var outputGradient = Tensor(rows: 0, columns: 0)

  init(inputs: Int, units: Int) {
    self.inputs = inputs
    self.units = units
  }

  /// Computes h of every token from `input`.
  ///
  /// - Parameters:
  ///   - output: h before the first step of each row, [rows][units]; replaced by h after the last step.
  ///   - cell: the same for c.
  func forward(_ steps: Steps, _ weights: PackedLSTM, output: inout Tensor, cell: inout Tensor) {
    precondition(input.rows == steps.tokens && input.columns == inputs)
    begin(steps, output: output, cell: cell)
    for token in 0..<steps.tokens {
      gates.values.replaceSubrange(token * 4 * units..<(token + 1) * 4 * units, with: weights.bias)
    }
    gates.multiply(input, 0..<steps.tokens, by: weights.inputForward, .adding, at: 0)
    for step in 0..<steps.count {
      gates.multiply(
        outputs, rowsBefore(step, steps), by: weights.stateForward, .adding, at: steps.first[step])
      var gates = self.gates.values.mutableSpan
      var cells = self.cells.values.mutableSpan
      var outputs = self.outputs.values.mutableSpan
      TrainingKernels.best.lstmForward(
        places(step, steps, output: steps.rows), gates: &gates, cells: &cells, outputs: &outputs)
    }
    keepLast(steps, of: outputs, in: &output)
    keepLast(steps, of: cells, in: &cell)
  }

  /// Computes the gradients of the layer's weights from `outputGradient`.
  ///
  /// - Parameter gradients: replaced by the gradients of this shard.
  func backward(_ steps: Steps, _ weights: PackedLSTM, gradients: inout LSTMParameters) {
    backward(steps, weights)
    gatherGradients(steps, weights, &gradients)
  }

  /// The same without the gradients of the weights, for that of the input alone.
  func backward(_ steps: Steps, _ weights: PackedLSTM) {
    precondition(outputGradient.rows == steps.tokens && outputGradient.columns == units)
    var cellGradient = [Float](repeating: 0, count: steps.rows * units)
    for step in (0..<steps.count).reversed() {
      if step + 1 < steps.count {
        // The contribution of the next step to the gradient of this step's h.
        let next = steps.first[step + 1]..<steps.first[step + 2]
        outputGradient.multiply(gates, next, by: weights.stateBackward, .adding, at: steps.first[step])
      }
      var gates = self.gates.values.mutableSpan
      var cellGradients = cellGradient.mutableSpan
      TrainingKernels.best.lstmBackward(
        places(step, steps, output: 0), gates: &gates, cells: cells.values.span,
        outputGradient: outputGradient.values.span, cellGradient: &cellGradients)
    }
  }

  /// The gradient of `input`, [tokens][inputs]. Valid after `backward`.
  func inputGradient(_ steps: Steps, _ weights: PackedLSTM, into gradient: inout Tensor) {
    gradient.resize(rows: steps.tokens, columns: inputs)
    gradient.multiply(gates, 0..<steps.tokens, by: weights.inputBackward, .replacing, at: 0)
  }

  private func begin(_ steps: Steps, output: Tensor, cell: Tensor) {
    precondition(output.rows >= steps.rows && cell.rows >= steps.rows)
    gates.resize(rows: steps.tokens, columns: 4 * units)
    outputs.resize(rows: steps.rows + steps.tokens, columns: units)
    cells.resize(rows: steps.rows + steps.tokens, columns: units)
    let initial = 0..<steps.rows * units
    outputs.values.replaceSubrange(initial, with: output.values[initial])
    cells.values.replaceSubrange(initial, with: cell.values[initial])
  }

  /// The rows of `outputs` that hold h before a step, for the rows that have it.
  private func rowsBefore(_ step: Int, _ steps: Steps) -> Range<Int> {
    let first = step == 0 ? 0 : steps.rows + steps.first[step - 1]
    return first..<first + steps.rows(at: step)
  }

  /// The offsets of a step's numbers.
  ///
  /// - Parameter output: the row of token 0 in the matrix of outputs, or of their gradients.
  private func places(_ step: Int, _ steps: Steps, output: Int) -> LSTMStepPlaces {
    LSTMStepPlaces(
      rows: steps.rows(at: step), units: units, gates: steps.first[step] * 4 * units,
      previousCell: rowsBefore(step, steps).lowerBound * units,
      cell: (steps.rows + steps.first[step]) * units, output: (output + steps.first[step]) * units)
  }

  /// Copies the result of the last step of each row.
  private func keepLast(_ steps: Steps, of all: Tensor, in last: inout Tensor) {
    for step in 0..<steps.count {
      let ending = (step + 1 < steps.count ? steps.rows(at: step + 1) : 0)..<steps.rows(at: step)
      let first = (steps.rows + steps.first[step]) * units
      last.values.replaceSubrange(
        ending.lowerBound * units..<ending.upperBound * units,
        with: all.values[first + ending.lowerBound * units..<first + ending.upperBound * units])
    }
  }

  private func gatherGradients(_ steps: Steps, _ weights: PackedLSTM, _ gradients: inout LSTMParameters) {
    gradients.inputWeights.multiplyTransposed(
      gates.values.span, columns: 4 * units, input.values.span, columns: inputs, .replacing,
      kernel: weights.kernel)
    let previous = previousOutputs(steps)
    gradients.stateWeights.multiplyTransposed(
      gates.values.span, columns: 4 * units, previous.span, columns: units, .replacing,
      kernel: weights.kernel)
    if weights.dropout.rate > 0 {
      var numbers = gradients.stateWeights.values.mutableSpan
      TrainingKernels.best.dropOut(&numbers, key: weights.dropout.key, rate: weights.dropout.rate)
    }
    gradients.inputBias.sumRows(of: gates)
    gradients.stateBias = gradients.inputBias
  }

  /// h before every token, [tokens][units].
  private func previousOutputs(_ steps: Steps) -> ArraySlice<Float> {
    let isEven = steps.count == 0 || steps.rows(at: steps.count - 1) == steps.rows
    // Rows of one length: h before each token is `rows` tokens earlier.
    if isEven { return outputs.values[0..<steps.tokens * units] }
    var previous: [Float] = []
    previous.reserveCapacity(steps.tokens * units)
    for step in 0..<steps.count {
      let rows = rowsBefore(step, steps)
      previous += outputs.values[rows.lowerBound * units..<rows.upperBound * units]
    }
    return previous[...]
  }
}

/// The state of the LSTM layers between two minibatches: h and c of each layer.
package struct LSTMState: Equatable, Sendable {
  /// For each layer [rows][units].
  package var outputs: [Tensor]
  /// For each layer [rows][units].
  package var cells: [Tensor]

  /// The initial state: zeros.
  package init(_ shape: EncoderShape, rows: Int) {
    outputs = (0..<shape.layerCount).map { Tensor(rows: rows, columns: shape.layer($0).units) }
    cells = outputs
  }

  /// The states of several shards, concatenated.
  init(joining parts: [LSTMState]) {
    precondition(!parts.isEmpty)
    func join(_ layers: [[Tensor]]) -> [Tensor] {
      layers[0].indices.map { layer in
        let tensors = layers.map { $0[layer] }
        return Tensor(
          rows: tensors.reduce(0) { $0 + $1.rows }, columns: tensors[0].columns,
          values: tensors.flatMap(\.values))
      }
    }
    outputs = join(parts.map(\.outputs))
    cells = join(parts.map(\.cells))
  }

  /// The state of some rows.
  func part(_ rows: Range<Int>) -> LSTMState {
    var part = self
    for layer in outputs.indices {
      part.outputs[layer] = outputs[layer].rows(rows)
      part.cells[layer] = cells[layer].rows(rows)
    }
    return part
  }
}
