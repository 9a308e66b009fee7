internal import CKernels

/// One linear layer of single precision, y = W x + b, with or without a ReLU behind it, packed once.
@safe package final class LinearLayer: Sendable {
  package let inputs: Int
  package let outputs: Int

  /// Whether negative answers become 0.
  package let rectifies: Bool

  private let kernels: KernelSet
  private let weights: PackedWeights

  /// Packs a layer as PyTorch stores it: `weights` is [outputs][inputs], `bias` [outputs].
  ///
  /// - Parameter kernels: whose instructions are used; those of single precision.
  package init(
    inputs: Int, outputs: Int, weights: Span<Float>, bias: Span<Float>, rectifies: Bool, kernels: KernelSet
  ) {
    self.inputs = inputs
    self.outputs = outputs
    self.rectifies = rectifies
    self.kernels = kernels.inSinglePrecision
    // Sound: floats are bytes without gaps.
    let matrix = unsafe WeightMatrix(rows: outputs, columns: inputs, floats: weights.bytes)
    self.weights = PackedWeights(columnsOf: matrix, bias: bias, kernels: self.kernels)
  }

  /// The layer's answers for the first `rows` rows: `input` [rows][inputs] → `output` [rows][outputs].
  package func apply(rows: Int, input: FloatMatrix, output: FloatMatrix) {
    guard rows > 0 else { return }
    precondition(input.rows >= rows && input.columns == inputs)
    precondition(output.rows >= rows && output.columns == outputs && output !== input)
    precondition(output.stride >= weights.blocks * Projections.numbers)
    // Sound: both matrices have the rows and columns that the kernel reads and writes, checked above, and
    // live until the end of this call. A float is a word.
    var weights = unsafe weights.inC
    var all = unsafe animo_product_rows(
      count: rows, input: UnsafeRawPointer(input.pointer(row: 0)).assumingMemoryBound(to: UInt32.self),
      input_stride: input.stride, scales: nil, output: output.pointer(row: 0), output_stride: output.stride,
      output_block_stride: Projections.numbers)
    unsafe kernels.table.pointee.product(&weights, &all)
    guard rectifies else { return }
    for row in 0..<rows { unsafe animo_rectify(outputs, output.pointer(row: row)) }
  }
}
