/// A matrix of activations: rows of single-precision numbers, each row on its own cache lines.
///
/// Zero at first. The room between a row's last column and its end (`stride`, a multiple of 16) is the
/// kernels' to write; its values mean nothing. Not `Sendable`: one matrix belongs to one thread.
@safe package final class FloatMatrix {
  package let rows: Int
  package let columns: Int

  /// Floats from one row to the next.
  let stride: Int

  private let memory: AlignedMemory

  package init(rows: Int, columns: Int) {
    precondition(rows >= 0 && columns >= 0)
    self.rows = rows
    self.columns = columns
    stride = (columns + 15) / 16 * 16
    memory = AlignedMemory(byteCount: rows * stride * MemoryLayout<Float>.stride)
  }

  package subscript(row row: Int, column column: Int) -> Float {
    get {
      check(row, column)
      return unsafe memory.floats[row * stride + column]
    }
    set {
      check(row, column)
      unsafe memory.floats[row * stride + column] = newValue
    }
  }

  /// Sets the first `count` rows to 0.
  package func clear(rows count: Int) {
    precondition(count >= 0 && count <= rows)
    unsafe memory.floats.update(repeating: 0, count: count * stride)
  }

  /// Copies a row of floats from bytes of any alignment, in the machine's byte order.
  package func setRow(_ row: Int, from bytes: RawSpan) {
    precondition(bytes.byteCount == columns * MemoryLayout<Float>.stride)
    let target = unsafe UnsafeMutableRawPointer(pointer(row: row))
    // Sound: the row has room for `columns` floats, checked above to be as many bytes as there are.
    unsafe bytes.withUnsafeBytes { source in
      guard let start = source.baseAddress else { return }
      unsafe target.copyMemory(from: start, byteCount: source.count)
    }
  }

  /// Copies `count` numbers of a row of another matrix, from its first, to `column` on.
  package func copy(row: Int, column: Int, from other: FloatMatrix, count: Int) {
    precondition(row < other.rows && count <= other.columns && column >= 0 && column + count <= columns)
    // Sound: both ranges were checked to lie in their rows.
    unsafe pointer(row: row).advanced(by: column).update(from: other.pointer(row: row), count: count)
  }

  /// Divides some numbers of a row.
  package func divide(row: Int, columns range: Range<Int>, by divisor: Float) {
    precondition(row < rows && range.lowerBound >= 0 && range.upperBound <= columns)
    // Sound: the range was checked to lie in the row.
    let numbers = unsafe pointer(row: row)
    for column in range { unsafe numbers[column] /= divisor }
  }

  /// Where a row starts. Valid while this object lives.
  @unsafe func pointer(row: Int) -> UnsafeMutablePointer<Float> {
    precondition(row >= 0 && row < max(rows, 1))
    return unsafe memory.floats + row * stride
  }

  private func check(_ row: Int, _ column: Int) {
    precondition(row >= 0 && row < rows && column >= 0 && column < columns)
  }
}
