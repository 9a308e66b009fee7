internal import Kernels

extension Tensor {
  /// Sets some rows of this tensor to, or adds to them, rows of `left` times a packed matrix.
  ///
  /// - Parameters:
  ///   - rows: which rows of `left`; they are packed here.
  ///   - first: the row of this tensor that the first of them goes to.
  mutating func multiply(
    _ left: Tensor, _ rows: Range<Int>, by right: borrowing PackedMatrix, _ sum: ProductSum, at first: Int
  ) {
    precondition(left.columns == right.rows && columns == right.columns)
    let stride = left.columns
    var packed = PackedMatrix(.left, rows: rows.count, columns: stride, kernel: right.kernel)
    packed.pack(
      left.values.span.extracting(rows.lowerBound * stride..<rows.upperBound * stride), .byRows,
      stride: stride)
    let columns = columns
    var output = values.mutableSpan
    Kernels.multiply(packed, right, sum, output: &output, offset: first * columns, stride: columns)
  }

  /// Sets this tensor to leftᵀ · right: the gradient of a layer's weights, from the gradients of its outputs and its
  /// inputs, one row per token.
  mutating func multiplyTransposed(
    _ left: Span<Float>, columns leftColumns: Int, _ right: Span<Float>, columns rightColumns: Int,
    _ sum: ProductSum, kernel: GEMMKernel
  ) {
    precondition(rows == leftColumns && columns == rightColumns)
    let tokens = left.count / leftColumns
    precondition(right.count == tokens * rightColumns)
    var packedLeft = PackedMatrix(.left, rows: leftColumns, columns: tokens, kernel: kernel)
    packedLeft.pack(left, .byColumns, stride: leftColumns)
    var packedRight = PackedMatrix(.right, rows: tokens, columns: rightColumns, kernel: kernel)
    packedRight.pack(right, .byRows, stride: rightColumns)
    var output = values.mutableSpan
    Kernels.multiply(packedLeft, packedRight, sum, output: &output, stride: rightColumns)
  }

  /// Adds `scale` times `numbers`, element by element.
  mutating func add(_ numbers: [Float], scale: Float = 1) {
    precondition(numbers.count == count)
    var sum = values.mutableSpan
    TrainingKernels.best.add(numbers.span, scale: scale, to: &sum)
  }

  /// Sets this tensor, a vector, to the sum of all rows of a matrix.
  mutating func sumRows(of matrix: Tensor) {
    precondition(rows == 1 && columns == matrix.columns)
    for index in values.indices { values[index] = 0 }
    let columns = columns
    var sums = values.mutableSpan
    for row in 0..<matrix.rows {
      TrainingKernels.best.add(
        matrix.values.span.extracting(row * columns..<(row + 1) * columns), to: &sums)
    }
  }
}
