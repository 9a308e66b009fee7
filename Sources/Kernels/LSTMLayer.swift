internal import CKernels

/// One LSTM layer, its weights packed once for one kernel set.
///
/// The product with the inputs does not depend on the states, so it is computed for many steps together by `project`,
/// and `step` adds what the states contribute.
@safe package final class LSTMLayer: Sendable {
  package let inputs: Int
  package let units: Int

  private let kernels: KernelSet
  private let inputWeights: PackedWeights
  private let stateWeights: PackedWeights

  /// Packs a layer as PyTorch stores it, gates in the order i, f, g, o.
  ///
  /// - Parameters:
  ///   - inputWeights: `weight_ih`, [4 · units][inputs].
  ///   - stateWeights: `weight_hh`, [4 · units][units].
  ///   - bias: the sum of `bias_ih` and `bias_hh`, [4 · units].
  ///   - memory: what has room for `greatestByteCount` more bytes; nil for memory of its own.
  package init(
    inputWeights: borrowing WeightMatrix, stateWeights: borrowing WeightMatrix, bias: Span<Float>,
    kernels: KernelSet, in memory: WeightMemory? = nil
  ) {
    inputs = inputWeights.columns
    units = stateWeights.columns
    precondition(inputWeights.rows == 4 * units && stateWeights.rows == 4 * units)
    self.kernels = kernels
    // Many inputs are multiplied at once, states often one by one.
    self.inputWeights = PackedWeights(
      gatesOf: inputWeights, bias: bias, unit: 1, mayShareBytes: false, kernels: kernels, in: memory)
    let none: [Float] = []
    self.stateWeights = PackedWeights(
      gatesOf: stateWeights, bias: none.span, unit: Activations.hiddenScale, mayShareBytes: true,
      kernels: kernels, in: memory)
  }

  /// The greatest number of bytes that a layer's packed weights take.
  package static func greatestByteCount(inputs: Int, units: Int, kernels: KernelSet) -> Int {
    [inputs, units].reduce(0) {
      $0 + PackedWeights.greatestByteCount(gatesOf: units, depth: $1, kernels: kernels)
    }
  }

  /// Computes W x + bias of the first `rows` rows of `input`, [rows][inputs], into slots from `slot` on.
  ///
  /// - Parameter pair: what shares the work, if the calling thread has taken it.
  package func project(
    rows: Int, input: Activations, to projections: Projections, slot: Int = 0,
    sharedBy pair: ThreadPair? = nil
  ) {
    guard rows > 0 else { return }
    precondition(input.rows >= rows && input.columns == inputs && input.arithmetic == kernels.arithmetic)
    precondition(slot >= 0 && slot + rows <= projections.slots && projections.blocks >= inputWeights.blocks)
    // Sound: the matrices have the rows and columns that the kernel reads and writes, checked above, and live
    // until the end of this call.
    var weights = unsafe inputWeights.inC
    var all = unsafe animo_product_rows(
      count: rows, input: input.pointer(row: 0), input_stride: input.stride, scales: input.scales,
      output: projections.pointer(slot: slot), output_stride: Projections.numbers,
      output_block_stride: projections.blockStride)
    if let pair { return unsafe pair.product(kernels, &weights, &all) }
    unsafe kernels.table.pointee.product(&weights, &all)
  }

  /// One time step of some rows.
  ///
  /// - Parameters:
  ///   - rows: how many.
  ///   - starts: where the projections of x at this step are, from row `first` on.
  ///   - state: h after the previous step, from row `stateRow` on, [rows][units].
  ///   - cell: c, [rows][units] from its first row, updated in place.
  ///   - output: h after this step, from row `first` on; may be the matrix of `state` if the rows are others.
  ///   - answers: receives the same numbers, not rounded, from row `first` on; nil if they are not needed.
  ///   - isOdd: of two steps that follow each other one is odd, so that the second begins with the weights
  ///     that the first has left in the cache. Answers do not depend on it.
  ///   - pair: what shares the work, if the calling thread has taken it.
  package func step(
    rows: Int, starts: Starts, first: Int, state: Activations, stateRow: Int, cell: FloatMatrix,
    output: Activations, answers: FloatMatrix?, isOdd: Bool, sharedBy pair: ThreadPair? = nil
  ) {
    guard rows > 0 else { return }
    let blocks = stateWeights.blocks
    precondition(first >= 0 && first + rows <= starts.rows && starts.hold(blocks: blocks))
    precondition(stateRow >= 0 && stateRow + rows <= state.rows && first + rows <= output.rows)
    precondition(state.columns == units && state.arithmetic == kernels.arithmetic)
    precondition(output.columns == units && output.arithmetic == kernels.arithmetic)
    precondition(output !== state || stateRow + rows <= first || first + rows <= stateRow)
    precondition(cell.rows >= rows && cell.columns == units)
    precondition(answers.map { first + rows <= $0.rows && $0.columns == units } ?? true)
    // Sound: all matrices have the rows and columns that the kernel reads and writes, checked above, and live
    // until the end of this call.
    var weights = unsafe stateWeights.inC
    var all = unsafe animo_step_rows(
      count: rows, starts: starts.pointer(row: first),
      state: state.pointer(row: stateRow), state_stride: state.stride,
      cell: cell.pointer(row: 0), cell_stride: cell.stride,
      output: output.pointer(row: first), output_stride: output.stride,
      answers: answers?.pointer(row: first), answers_stride: answers?.stride ?? 0, backwards: isOdd)
    if let pair { return unsafe pair.step(kernels, &weights, &all) }
    unsafe kernels.table.pointee.step(&weights, &all)
  }
}
