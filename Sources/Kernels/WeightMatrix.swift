internal import CKernels

/// A matrix of weights as a model stores it, borrowed: row after row, single precision, 8-bit codes or nibbles.
package struct WeightMatrix: ~Escapable {
  package let rows: Int
  package let columns: Int
  /// Floats in the machine's byte order, at any alignment, or signed bytes, or nibbles.
  private let bytes: RawSpan
  private let areNibbles: Bool
  /// What a code of each row is worth; nil when the bytes are floats.
  private let scales: Span<Float>?

  /// Single precision: rows · columns floats.
  @_lifetime(copy floats)
  package init(rows: Int, columns: Int, floats: RawSpan) {
    precondition(rows >= 0 && floats.byteCount == rows * columns * MemoryLayout<Float>.stride)
    self.rows = rows
    self.columns = columns
    bytes = floats
    areNibbles = false
    scales = nil
  }

  /// 8-bit codes: rows · columns signed bytes; value = code · scale[row].
  @_lifetime(copy codes, copy scales)
  package init(rows: Int, columns: Int, codes: RawSpan, scales: Span<Float>) {
    precondition(rows >= 0 && codes.byteCount == rows * columns && scales.count == rows)
    self.rows = rows
    self.columns = columns
    bytes = codes
    areNibbles = false
    self.scales = scales
  }

  /// Codes from -7 to 7, two to a byte as `writtenNibbles` writes them; value = code · scale[row].
  @_lifetime(copy nibbles, copy scales)
  package init(rows: Int, columns: Int, nibbles: RawSpan, scales: Span<Float>) {
    precondition(rows >= 0 && nibbles.byteCount == rows * nibbleBytes(columns) && scales.count == rows)
    self.rows = rows
    self.columns = columns
    bytes = nibbles
    areNibbles = true
    self.scales = scales
  }

  /// Whether it consists of codes that two of share a byte.
  var fitsNibbles: Bool { unsafe withCMatrix { unsafe animo_fits_nibbles($0) } }

  /// Lends the matrix to C; the pointers are valid until `body` returns.
  func withCMatrix<Result>(_ body: (UnsafePointer<animo_matrix>) -> Result) -> Result {
    unsafe bytes.withUnsafeBytes { bytes in
      guard let scales else {
        var matrix = unsafe animo_matrix(
          rows: rows, depth: columns, floats: bytes.baseAddress, codes: nil, nibbles: nil, scales: nil)
        return unsafe body(&matrix)
      }
      return unsafe scales.withUnsafeBufferPointer { scales in
        // Sound: a signed byte is a byte.
        var matrix = unsafe animo_matrix(
          rows: rows, depth: columns, floats: nil,
          codes: areNibbles ? nil : bytes.baseAddress?.assumingMemoryBound(to: Int8.self),
          nibbles: areNibbles ? bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) : nil,
          scales: scales.baseAddress)
        return unsafe body(&matrix)
      }
    }
  }
}
