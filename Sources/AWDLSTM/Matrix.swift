internal import Kernels

/// A matrix or vector of weights in a model file; all numbers have been checked to be finite.
///
/// Either single precision, or codes with one scale a row: value = code · scale[row]. A code has a byte, or half of
/// one.
struct Matrix: Sendable {
  let rows: Int
  let columns: Int
  let file: ModelFile
  let storage: Storage

  enum Storage: Equatable, Sendable {
    case floats(Range<Int>)
    case codes(Range<Int>, scales: Range<Int>)
    case nibbles(Range<Int>, scales: Range<Int>)
  }

  /// All numbers, row by row.
  func values() -> [Float] {
    file.withBytes { bytes in
      switch storage {
      case .floats(let range):
        return floats(bytes.extracting(range))
      case .codes(let codes, let scales):
        return dequantised(bytes.extracting(codes), scales: floats(bytes.extracting(scales)).span)
      case .nibbles(let nibbles, let scales):
        let codes = readNibbles(bytes.extracting(nibbles), rows: rows, columns: columns)
        // Sound: a code is a byte.
        return unsafe dequantised(codes.span.bytes, scales: floats(bytes.extracting(scales)).span)
      }
    }
  }

  /// The numbers of one row of a matrix that is not of nibbles.
  func values(ofRow row: Int) -> [Float] {
    precondition(row >= 0 && row < rows)
    return file.withBytes { bytes in
      switch storage {
      case .floats(let range):
        let size = columns * MemoryLayout<Float>.stride
        let start = range.lowerBound + row * size
        return floats(bytes.extracting(start..<start + size))
      case .codes(let codes, let scales):
        let start = codes.lowerBound + row * columns
        let scale = float(bytes, at: scales.lowerBound + row * MemoryLayout<Float>.stride)
        return dequantised(bytes.extracting(start..<start + columns), scales: [scale].span)
      case .nibbles: preconditionFailure("only layers have nibbles")
      }
    }
  }

  /// Whether the numbers are codes.
  var isQuantised: Bool {
    if case .floats = storage { false } else { true }
  }

  /// Where the codes of a matrix of one row are in the file, and its scale; nil if it is in single precision.
  var codes: (range: Range<Int>, scale: Float)? {
    guard rows == 1, case .codes(let codes, let scales) = storage else { return nil }
    return (codes, file.withBytes { float($0, at: scales.lowerBound) })
  }

  /// Calls `body` with the stored matrix.
  func withWeights<Result>(_ body: (borrowing WeightMatrix) -> Result) -> Result {
    file.withBytes { bytes in
      switch storage {
      case .floats(let range):
        return body(WeightMatrix(rows: rows, columns: columns, floats: bytes.extracting(range)))
      case .codes(let codes, let scales):
        let scales = floats(bytes.extracting(scales))
        return body(
          WeightMatrix(rows: rows, columns: columns, codes: bytes.extracting(codes), scales: scales.span))
      case .nibbles(let nibbles, let scales):
        let scales = floats(bytes.extracting(scales))
        return body(
          WeightMatrix(rows: rows, columns: columns, nibbles: bytes.extracting(nibbles), scales: scales.span))
      }
    }
  }

  /// Writes a row of this matrix, which is not of nibbles, to a row of activations. No allocation.
  func copy(row: Int, to target: Activations, row targetRow: Int) {
    precondition(row >= 0 && row < rows)
    file.withBytes { bytes in
      switch storage {
      case .floats(let range):
        let size = columns * MemoryLayout<Float>.stride
        let start = range.lowerBound + row * size
        target.setRow(targetRow, from: bytes.extracting(start..<start + size))
      case .codes(let codes, let scales):
        let start = codes.lowerBound + row * columns
        let scale = float(bytes, at: scales.lowerBound + row * MemoryLayout<Float>.stride)
        target.setRow(targetRow, codes: bytes.extracting(start..<start + columns), scale: scale)
      case .nibbles: preconditionFailure("only layers have nibbles")
      }
    }
  }

  private func float(_ bytes: RawSpan, at offset: Int) -> Float {
    // Sound: the offset is checked against the span, and any four bytes are a Float.
    unsafe bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: Float.self)
  }

  /// Bytes of any alignment as numbers. The file's byte order is that of every machine animo runs on.
  private func floats(_ bytes: RawSpan) -> [Float] {
    (0..<bytes.byteCount / MemoryLayout<Float>.stride).map {
      float(bytes, at: $0 * MemoryLayout<Float>.stride)
    }
  }
}
