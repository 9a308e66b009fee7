internal import Kernels

extension Model {
  /// The same model with 8-bit weights, in memory: a quarter of the size.
  ///
  /// The embedding and the matrices of the LSTM layers become codes -127 … 127 with one scale for each row (a
  /// word, or one gate of one unit): value ≈ code · scale, scale = greatest magnitude of the row / 127. A wide
  /// term has one scale for all. Biases, the head and marks, less than a hundredth of the numbers, stay as they are, and
  /// so do weights that are 8-bit already.
  ///
  /// - Throws: nothing that can be foreseen; the result is checked like any model.
  package func quantised() throws(ModelError) -> Model {
    var writer = SafeTensorsWriter()
    for (name, tensor) in contents.tensors {
      let isWeights = tensor.shape.count == 2 && !name.hasPrefix("head.") && name != Architecture.markWeight
      if isWeights && tensor.elementType == .float32 {
        addQuantised(name, tensor, to: &writer)
      } else {
        writer.add(name, tensor.elementType, shape: tensor.shape, bytes: weights.bytes(in: tensor.bytes))
      }
    }
    let quantised = ModelFile(name: "\(weights.name) (quantised)", bytes: writer.file())
    return try Model(configuration: configuration, vocabulary: vocabulary, weights: quantised, marks: marks)
  }

  private func addQuantised(_ name: String, _ tensor: SafeTensors.Tensor, to writer: inout SafeTensorsWriter)
  {
    let rows = name == Architecture.wideWeight ? 1 : tensor.shape[0]
    let matrix = Matrix(
      rows: rows, columns: tensor.shape.reduce(1, *) / max(rows, 1), file: weights,
      storage: .floats(tensor.bytes))
    let values = matrix.values()
    let (codes, scales) = Kernels.quantised(values.span, rows: rows)
    writer.add(name, .int8, shape: tensor.shape, bytes: codes.map(UInt8.init(bitPattern:)))
    writer.add(NamedTensor(name + ".scale", sizes: [rows], values: scales))
  }
}
