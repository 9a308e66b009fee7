internal import CKernels

// Work on single rows, bound by memory: one version for all kernel sets.

extension FloatMatrix {
  /// Folds a row of `other` into two running parts of a row of this matrix: the maximum of every number seen, from
  /// column `maximum` on, and their sum, from column `sum` on. The first row starts both.
  package func pool(row: Int, of other: FloatMatrix, row otherRow: Int, first: Bool, maximum: Int, sum: Int) {
    let count = other.columns
    precondition(row < rows && otherRow < other.rows)
    precondition(maximum >= 0 && maximum + count <= columns && sum >= 0 && sum + count <= columns)
    // Sound: both ranges were checked to lie in the row.
    let target = unsafe pointer(row: row)
    unsafe animo_pool(count, other.pointer(row: otherRow), first, target + maximum, target + sum)
  }
}

/// Rows of 8-bit codes as numbers: row r of `codes` times `scales[r]`.
package func dequantised(_ codes: RawSpan, scales: Span<Float>) -> [Float] {
  guard scales.count > 0 else { return [] }
  let columns = codes.byteCount / scales.count
  precondition(codes.byteCount == columns * scales.count)
  return unsafe [Float](unsafeUninitializedCapacity: codes.byteCount) { target, count in
    unsafe codes.withUnsafeBytes { codes in
      guard let source = codes.baseAddress, let start = target.baseAddress else { return }
      for row in scales.indices {
        // Sound: row < scales.count, and both sides hold scales.count rows of `columns`.
        unsafe animo_dequantise(
          columns, (source + row * columns).assumingMemoryBound(to: Int8.self), scales[row],
          start + row * columns)
      }
      count = codes.count
    }
  }
}

/// The 8-bit codes and scales nearest to `rows` rows of `values`: symmetric, one scale a row.
///
/// - Parameter greatestCode: the greatest magnitude of a code, 1 to 127. With 127 a row's greatest number has that
///   code; with fewer codes the scale is the one, of 40, that leaves the least squared error.
package func quantised(
  _ values: Span<Float>, rows: Int, greatestCode: Int = 127
) -> (codes: [Int8], scales: [Float]) {
  precondition((1...127).contains(greatestCode))
  guard rows > 0 else { return ([], []) }
  let columns = values.count / rows
  precondition(values.count == columns * rows)
  var scales: [Float] = []
  let codes = unsafe [Int8](unsafeUninitializedCapacity: values.count) { target, count in
    unsafe values.withUnsafeBufferPointer { values in
      guard let source = values.baseAddress, let start = target.baseAddress else { return }
      for row in 0..<rows {
        // Sound: both sides hold `rows` rows of `columns`.
        let (values, codes) = unsafe (source + row * columns, start + row * columns)
        scales.append(
          greatestCode == 127
            ? unsafe animo_quantise(columns, values, codes)
            : unsafe animo_quantise_narrow(columns, values, Int32(greatestCode), codes))
      }
      count = values.count
    }
  }
  return (codes, scales)
}

/// The greatest magnitude among 8-bit codes, one byte each; 0 for none.
package func greatestCode(_ codes: RawSpan) -> Int {
  unsafe codes.withUnsafeBytes { codes in
    guard let start = codes.baseAddress else { return 0 }
    // Sound: as many codes as the span has bytes; a signed byte is a byte.
    return unsafe Int(animo_greatest_code(codes.count, start.assumingMemoryBound(to: Int8.self)))
  }
}

// Nibbles: rows of codes from -7 to 7, two to a byte, each as code + 8: that of an even column in the lower half, that
// of an odd one in the upper half. The half left over in a row of an odd number of columns has the code 0.

/// The size of a row of nibbles, in bytes.
package func nibbleBytes(_ columns: Int) -> Int { animo_nibble_bytes(columns) }

/// `rows` rows of codes as nibbles.
package func writtenNibbles(_ codes: Span<Int8>, rows: Int) -> [UInt8] {
  let columns = rows > 0 ? codes.count / rows : 0
  precondition(codes.count == columns * rows)
  let bytes = nibbleBytes(columns)
  return unsafe [UInt8](unsafeUninitializedCapacity: rows * bytes) { target, count in
    unsafe codes.withUnsafeBufferPointer { codes in
      guard let source = codes.baseAddress, let start = target.baseAddress else { return }
      // Sound: both sides hold `rows` rows.
      for row in 0..<rows { unsafe animo_write_nibbles(columns, source + row * columns, start + row * bytes) }
      count = rows * bytes
    }
  }
}

/// The codes of `rows` rows of nibbles.
package func readNibbles(_ nibbles: RawSpan, rows: Int, columns: Int) -> [Int8] {
  let bytes = nibbleBytes(columns)
  precondition(nibbles.byteCount == rows * bytes)
  return unsafe [Int8](unsafeUninitializedCapacity: rows * columns) { target, count in
    unsafe nibbles.withUnsafeBytes { nibbles in
      guard let source = unsafe nibbles.baseAddress?.assumingMemoryBound(to: UInt8.self),
        let start = target.baseAddress
      else { return }
      // Sound: both sides hold `rows` rows.
      for row in 0..<rows { unsafe animo_read_nibbles(columns, source + row * bytes, start + row * columns) }
      count = rows * columns
    }
  }
}

/// The first of `rows` rows that has a code of -8, or another one than 0 left over at its end; nil if there is none.
package func firstRowNotNibbles(_ bytes: RawSpan, rows: Int, columns: Int) -> Int? {
  let size = nibbleBytes(columns)
  precondition(bytes.byteCount == rows * size)
  return unsafe bytes.withUnsafeBytes { bytes in
    guard let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return nil }
    // Sound: each row lies within the span.
    return (0..<rows).first { row in unsafe !animo_are_nibbles(columns, start + row * size) }
  }
}

/// The index of the first float among `bytes` (any alignment) that is an infinity or NaN, or nil.
package func firstNotFinite(_ bytes: RawSpan) -> Int? {
  let count = bytes.byteCount / MemoryLayout<Float>.stride
  // Sound: the C side reads `count` floats by bytes, all within the span.
  let first = unsafe bytes.withUnsafeBytes { unsafe animo_first_not_finite(count, $0.baseAddress) }
  return first < count ? first : nil
}
