internal import CZlib

/// The CRC-32 of bytes that come in pieces, as zlib computes it: tells damage, not forgery.
struct Checksum: Equatable, Sendable {
  private var crc: UInt = 0

  mutating func add(_ bytes: RawSpan) {
    // Sound: zlib only reads the bytes that the span covers.
    crc = unsafe bytes.withUnsafeBytes { bytes in
      // Without an address zlib would begin anew.
      guard let start = bytes.baseAddress else { return crc }
      return unsafe crc32_z(crc, start, bytes.count)
    }
  }

  /// Four bytes, the lowest first.
  var bytes: [UInt8] { (0..<Checkpoint.checksumSize).map { UInt8(truncatingIfNeeded: crc >> (8 * $0)) } }
}
