/// What LSTM layers remember from one minibatch to the next: h and c of each layer.
package struct LSTMState: Equatable, Sendable {
  /// For each layer [rows][units].
  package var outputs: [Tensor]
  /// For each layer [rows][units].
  package var cells: [Tensor]

  /// Nothing is remembered.
  package init(_ shape: EncoderShape, rows: Int) {
    outputs = (0..<shape.layerCount).map { Tensor(rows: rows, columns: shape.layer($0).units) }
    cells = outputs
  }

  /// The states of several shards, one below the other.
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
