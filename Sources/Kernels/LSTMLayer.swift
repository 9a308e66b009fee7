internal import CKernels

/// One LSTM layer, its weights packed once for one kernel set.
@safe package final class LSTMLayer {
  package let inputs: Int
  package let units: Int

  private let kernels: KernelSet
  private let packed: AlignedMemory

  /// Packs a layer as PyTorch stores it, gates in the order i, f, g, o.
  ///
  /// - Parameters:
  ///   - inputWeights: `weight_ih`, [4 · units][inputs].
  ///   - stateWeights: `weight_hh`, [4 · units][units].
  ///   - inputBias: `bias_ih`, [4 · units].
  ///   - stateBias: `bias_hh`, [4 · units].
  package init(
    inputs: Int, units: Int, inputWeights: Span<Float>, stateWeights: Span<Float>, inputBias: Span<Float>,
    stateBias: Span<Float>, kernels: KernelSet
  ) {
    precondition(inputWeights.count == 4 * units * inputs && stateWeights.count == 4 * units * units)
    precondition(inputBias.count == 4 * units && stateBias.count == 4 * units)
    self.inputs = inputs
    self.units = units
    self.kernels = kernels
    packed = unsafe AlignedMemory(byteCount: kernels.table.pointee.packed_lstm_size(inputs, units))
    // Sound: the counts are checked above and the packed size is what this set asked for.
    unsafe inputWeights.withUnsafeBufferPointer { inputWeights in
      unsafe stateWeights.withUnsafeBufferPointer { stateWeights in
        unsafe inputBias.withUnsafeBufferPointer { inputBias in
          unsafe stateBias.withUnsafeBufferPointer { stateBias in
            unsafe kernels.table.pointee.pack_lstm(
              inputs, units, inputWeights.baseAddress, stateWeights.baseAddress, inputBias.baseAddress,
              stateBias.baseAddress, packed.floats)
          }
        }
      }
    }
  }

  /// One time step of the first `rows` rows.
  ///
  /// - Parameters:
  ///   - input: x at this step, [rows][inputs].
  ///   - state: h after the previous step, [rows][units].
  ///   - cell: c, [rows][units], updated in place.
  ///   - output: h after this step, [rows][units]; not the same matrix as `state` or `input`.
  package func step(
    rows: Int, input: FloatMatrix, state: FloatMatrix, cell: FloatMatrix, output: FloatMatrix
  ) {
    guard rows > 0 else { return }
    precondition(input.rows >= rows && input.columns == inputs)
    precondition(state.rows >= rows && state.columns == units)
    precondition(cell.rows >= rows && cell.columns == units)
    precondition(output.rows >= rows && output.columns == units && output !== state && output !== input)
    // Sound: all matrices have the rows and columns that the kernel reads and writes, checked above, and
    // live until the end of this call.
    var layer = unsafe animo_lstm(inputs: inputs, units: units, packed: packed.floats)
    var all = unsafe animo_lstm_rows(
      count: rows,
      input: input.pointer(row: 0), input_stride: input.stride,
      state: state.pointer(row: 0), state_stride: state.stride,
      cell: cell.pointer(row: 0), cell_stride: cell.stride,
      output: output.pointer(row: 0), output_stride: output.stride)
    unsafe kernels.table.pointee.lstm_step(&layer, &all)
  }
}

// Sound: the packed weights are written by the initialiser alone.
extension LSTMLayer: @unchecked Sendable {}
