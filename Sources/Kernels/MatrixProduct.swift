internal import CKernels

/// A matrix packed for one side of any number of products.
///
/// Weights change once a minibatch, so they are packed once a minibatch; activations are packed for the product
/// they are needed in, into the same memory as the last time. Packing costs about 1 ns a number on one core.
///
/// Owned by one place: `pack` needs exclusive access, products only borrow, so that many threads may read one
/// packed matrix and the compiler keeps writers away.
@safe package struct PackedMatrix: ~Copyable {
  /// The side of a matrix in C = A · B.
  package enum Side: Sendable {
    /// A, of shape [M][K].
    case left
    /// B, of shape [K][N].
    case right
  }

  /// How a matrix lies in memory.
  package enum Storage: Sendable {
    /// Row by row, as its shape says.
    case byRows
    /// Column by column: memory holds its transpose row by row.
    case byColumns
  }

  package let side: Side
  package let rows: Int
  package let columns: Int
  package let kernel: GEMMKernel

  private let memory: AlignedMemory

  /// A matrix of zeros, with the memory that packing needs: that of its numbers, rounded up to whole tiles.
  package init(_ side: Side, rows: Int, columns: Int, kernel: GEMMKernel) {
    precondition(rows >= 0 && columns >= 0)
    self.side = side
    self.rows = rows
    self.columns = columns
    self.kernel = kernel
    let width = Self.width(side, rows: rows, kernel: kernel)
    let (lines, depth) = side == .left ? (rows, columns) : (columns, rows)
    // Sound: only the shape is looked at.
    var shape = unsafe animo_packed(lines: lines, depth: depth, width: width, lanes: nil)
    memory = unsafe AlignedMemory(byteCount: animo_gemm_packed_size(kernel.table, &shape))
  }

  /// Takes the numbers of a matrix of this shape, rounded as the kernel's precision says.
  ///
  /// - Parameters:
  ///   - numbers: from the first number of the matrix to at least its last.
  ///   - storage: whether `numbers` is [rows][columns] or its transpose, [columns][rows].
  ///   - stride: numbers from one row of `numbers` to the next; at least the length of such a row.
  package mutating func pack(_ numbers: Span<Float>, _ storage: Storage, stride: Int) {
    guard rows > 0 && columns > 0 else { return }
    let (count, length) = storage == .byRows ? (rows, columns) : (columns, rows)
    precondition(stride >= length && numbers.count >= (count - 1) * stride + length)
    let linesAreRows = (side == .left) == (storage == .byRows)
    // Sound: every number that the strides reach was checked to be in the span, and the memory is as large
    // as the kernel said.
    var packed = unsafe operand
    unsafe numbers.withUnsafeBufferPointer { numbers in
      unsafe animo_gemm_pack(
        kernel.table, &packed, numbers.baseAddress, linesAreRows ? stride : 1, linesAreRows ? 1 : stride)
    }
  }

  /// The operand as C sees it. Valid while this matrix lives.
  @unsafe fileprivate var operand: animo_packed {
    let (lines, depth) = side == .left ? (rows, columns) : (columns, rows)
    return unsafe animo_packed(
      lines: lines, depth: depth, width: Self.width(side, rows: rows, kernel: kernel), lanes: memory.floats)
  }

  /// Lines of one panel.
  private static func width(_ side: Side, rows: Int, kernel: GEMMKernel) -> Int {
    side == .left ? unsafe animo_gemm_left_width(kernel.table, rows) : kernel.tileColumns
  }
}

// Sound: the memory has a single owner, and writing requires exclusive access to it.
extension PackedMatrix: @unchecked Sendable {}

/// What a product does with the previous numbers of its output.
package enum ProductSum: Sendable {
  /// C = A · B; what was there, NaN included, does not matter.
  case replacing
  /// C = C + A · B.
  case adding
}

/// C = A · B or C + A · B, or some rows and columns of it.
///
/// The bits of C do not depend on the ranges: threads may divide a product in any way. Rows may be divided
/// anywhere, best by `shares(of:)`; columns at multiples of `kernel.tileColumns`. 2 · M · N · K operations.
///
/// - Parameters:
///   - left: A, [M][K], packed for the left side.
///   - right: B, [K][N], packed for the right side by the same kernel.
///   - output: holds the rows and columns of C that are computed.
///   - offset: where in `output` the first of them is, C[rows.lowerBound][columns.lowerBound].
///   - stride: numbers from one row of C to the next.
///   - rows: which rows of C to compute; nil: all M.
///   - columns: which columns of C to compute; nil: all N.
package func multiply(
  _ left: borrowing PackedMatrix, _ right: borrowing PackedMatrix, _ sum: ProductSum,
  output: inout MutableSpan<Float>, offset: Int = 0, stride: Int, rows: Range<Int>? = nil,
  columns: Range<Int>? = nil
) {
  let rows = rows ?? 0..<left.rows
  let columns = columns ?? 0..<right.columns
  let kernel = left.kernel
  precondition(left.side == .left && right.side == .right && right.kernel == kernel)
  precondition(left.columns == right.rows)
  precondition(rows.lowerBound >= 0 && rows.upperBound <= left.rows)
  precondition(columns.lowerBound >= 0 && columns.upperBound <= right.columns)
  guard !rows.isEmpty && !columns.isEmpty else { return }
  precondition(columns.lowerBound % kernel.tileColumns == 0)
  precondition(offset >= 0 && stride >= columns.count)
  precondition(output.count >= offset + (rows.count - 1) * stride + columns.count)
  // Sound: the ranges lie in the operands, and every number of C that they name lies in the span; the
  // operands live until the end of this call.
  var (packedLeft, packedRight) = unsafe (left.operand, right.operand)
  unsafe output.withUnsafeMutableBufferPointer { output in
    guard let start = output.baseAddress else { return }
    unsafe withUnsafePointer(to: &packedLeft) { packedLeft in
      unsafe withUnsafePointer(to: &packedRight) { packedRight in
        var product = unsafe animo_product(
          left: packedLeft, right: packedRight, first_row: rows.lowerBound, end_row: rows.upperBound,
          first_column: columns.lowerBound, end_column: columns.upperBound, output: start + offset,
          stride: stride, accumulate: sum == .adding)
        unsafe animo_gemm_multiply(kernel.table, &product)
      }
    }
  }
}

extension PackedMatrix {
  /// The lines of C that this matrix gives (rows for the left side, columns for the right) cut into `count`
  /// nearly equal ranges between whole tiles, so that dividing a product costs nothing. Some may be empty.
  package func shares(of count: Int) -> [Range<Int>] {
    precondition(count > 0)
    let lines = side == .left ? rows : columns
    let width = Self.width(side, rows: rows, kernel: kernel)
    let panels = (lines + width - 1) / width
    return (0..<count).map { share in
      min(lines, panels * share / count * width)..<min(lines, panels * (share + 1) / count * width)
    }
  }
}
