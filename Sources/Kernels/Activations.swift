internal import CKernels

/// A matrix of activations in the form in which the kernels of one arithmetic multiply them: floats, bf16, or
/// 8-bit codes with a scale for each row.
///
/// Zero at first; in 8 bits a row has the scale 1/127 until it is set, that of hidden states. Not `Sendable`:
/// one matrix belongs to one thread.
@safe package final class Activations {
  package let rows: Int
  package let columns: Int
  let arithmetic: Arithmetic

  /// Words of 32 bits from one row to the next. The room between the last column and the end is the kernels'.
  let stride: Int

  private let memory: AlignedMemory
  /// What a code of each row is worth.
  private let scaleMemory: AlignedMemory

  /// What a code of a hidden state is worth: these lie in -1 … 1, and codes in -127 … 127.
  static let hiddenScale: Float = 1 / 127

  package init(rows: Int, columns: Int, arithmetic: Arithmetic) {
    precondition(rows >= 0 && columns >= 0)
    self.rows = rows
    self.columns = columns
    self.arithmetic = arithmetic
    // Kernels write units 16 at a time.
    stride = rowStride(words: animo_words(arithmetic.inC, (columns + 15) / 16 * 16))
    memory = AlignedMemory(byteCount: rows * stride * MemoryLayout<UInt32>.stride)
    scaleMemory = AlignedMemory(byteCount: rows * MemoryLayout<Float>.stride)
    unsafe scaleMemory.floats.update(repeating: Self.hiddenScale, count: rows)
    clear(rows: rows)
  }

  /// The rounded number at a position.
  package subscript(row row: Int, column column: Int) -> Float {
    precondition(row >= 0 && row < rows && column >= 0 && column < columns)
    return unsafe animo_decode(arithmetic.inC, pointer(row: row), column, scales[row])
  }

  /// Sets the first `count` rows to 0.
  package func clear(rows count: Int) {
    precondition(count >= 0 && count <= rows)
    // 8-bit activations are stored as code + 128.
    let zero: UInt32 = arithmetic == .int8 ? 0x8080_8080 : 0
    unsafe memory.words.update(repeating: zero, count: count * stride)
  }

  /// Sets a row to floats of any alignment, in the machine's byte order.
  package func setRow(_ row: Int, from floats: RawSpan) {
    precondition(floats.byteCount == columns * MemoryLayout<Float>.stride)
    unsafe floats.withUnsafeBytes { floats in
      guard let start = floats.baseAddress else { return }
      // Sound: as many floats as the row has columns.
      unsafe scales[row] = animo_encode(arithmetic.inC, columns, start, pointer(row: row))
    }
  }

  /// Sets a row to `scale` times 8-bit codes, one byte a column.
  package func setRow(_ row: Int, codes: RawSpan, scale: Float) {
    precondition(codes.byteCount == columns)
    unsafe codes.withUnsafeBytes { codes in
      guard let start = codes.baseAddress else { return }
      // Sound: as many codes as the row has columns; a signed byte is a byte.
      unsafe scales[row] = animo_encode_codes(
        arithmetic.inC, columns, start.assumingMemoryBound(to: Int8.self), scale, pointer(row: row))
    }
  }

  /// Copies `count` rows of another matrix, from `first` on, to the rows of this one from `start` on.
  package func copyRows(of other: Activations, from first: Int, count: Int, to start: Int = 0) {
    precondition(other !== self && other.stride == stride && other.arithmetic == arithmetic)
    precondition(first >= 0 && count >= 0 && first + count <= other.rows)
    precondition(start >= 0 && start + count <= rows)
    guard count > 0 else { return }
    // Sound: both matrices have these rows, and rows are equally far apart.
    unsafe pointer(row: start).update(from: other.pointer(row: first), count: count * stride)
    unsafe (scales + start).update(from: other.scales + first, count: count)
  }

  /// Where a row starts. Valid while this object lives.
  @unsafe func pointer(row: Int) -> UnsafeMutablePointer<UInt32> {
    precondition(row >= 0 && row < max(rows, 1))
    return unsafe memory.words + row * stride
  }

  /// The scale of each row. Valid while this object lives.
  @unsafe var scales: UnsafeMutablePointer<Float> { unsafe scaleMemory.floats }
}
