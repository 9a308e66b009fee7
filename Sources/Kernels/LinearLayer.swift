internal import CKernels

/// One linear layer, y = W x + b, with or without a ReLU behind it, packed once for one kernel set.
@safe package final class LinearLayer {
  package let inputs: Int
  package let outputs: Int

  /// Whether negative answers become 0.
  package let rectifies: Bool

  private let kernels: KernelSet
  private let packed: AlignedMemory

  /// Packs a layer as PyTorch stores it: `weights` is [outputs][inputs], `bias` [outputs].
  package init(
    inputs: Int, outputs: Int, weights: Span<Float>, bias: Span<Float>, rectifies: Bool, kernels: KernelSet
  ) {
    precondition(weights.count == outputs * inputs && bias.count == outputs)
    self.inputs = inputs
    self.outputs = outputs
    self.rectifies = rectifies
    self.kernels = kernels
    packed = unsafe AlignedMemory(byteCount: kernels.table.pointee.packed_linear_size(inputs, outputs))
    // Sound: the counts are checked above and the packed size is what this set asked for.
    unsafe weights.withUnsafeBufferPointer { weights in
      unsafe bias.withUnsafeBufferPointer { bias in
        unsafe kernels.table.pointee.pack_linear(
          inputs, outputs, weights.baseAddress, bias.baseAddress, packed.floats)
      }
    }
  }

  /// The layer's answers for the first `rows` rows: `input` [rows][inputs] → `output` [rows][outputs].
  package func apply(rows: Int, input: FloatMatrix, output: FloatMatrix) {
    guard rows > 0 else { return }
    precondition(input.rows >= rows && input.columns == inputs)
    precondition(output.rows >= rows && output.columns == outputs && output !== input)
    // Sound: both matrices have the rows and columns that the kernel reads and writes, checked above, and
    // live until the end of this call.
    var layer = unsafe animo_linear(
      inputs: inputs, outputs: outputs, packed: packed.floats, rectify: rectifies)
    var all = unsafe animo_linear_rows(
      count: rows,
      input: input.pointer(row: 0), input_stride: input.stride,
      output: output.pointer(row: 0), output_stride: output.stride)
    unsafe kernels.table.pointee.linear(&layer, &all)
  }
}

// Sound: the packed weights are written by the initialiser alone.
extension LinearLayer: @unchecked Sendable {}
