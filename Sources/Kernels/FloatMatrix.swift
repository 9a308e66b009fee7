/// A matrix of single-precision numbers, each row on its own cache lines.
///
/// Zero at first. The room between a row's last column and its end (`stride`) is the kernels' to write, in
/// blocks of up to 64 columns; its values mean nothing. Not `Sendable`: one matrix belongs to one thread.
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
    stride = rowStride(words: (columns + 63) / 64 * 64)
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

  /// Copies the first `count` numbers of a row of another matrix to a row of this one, to `column` on.
  package func copy(row: Int, column: Int, from other: FloatMatrix, row otherRow: Int, count: Int) {
    precondition(row < rows && otherRow < other.rows && count <= other.columns)
    precondition(column >= 0 && count >= 0 && column + count <= columns)
    // Sound: both ranges were checked to lie in their rows.
    unsafe pointer(row: row).advanced(by: column).update(from: other.pointer(row: otherRow), count: count)
  }

  /// Copies a row of another matrix of as many columns, with what is behind its last column.
  package func copyRow(_ row: Int, from other: FloatMatrix, row otherRow: Int) {
    precondition(row < rows && otherRow < other.rows && other.columns == columns)
    // Sound: both rows are there, and as long.
    unsafe pointer(row: row).update(from: other.pointer(row: otherRow), count: stride)
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
