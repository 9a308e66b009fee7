internal import CZlib

/// Decompresses a stream of gzip members (RFC 1952) piece by piece, with zlib.
///
/// Members that follow one another are joined, as `gunzip` does. Checksums are verified by zlib.
@safe
final class GzipInflater: Inflater {
  /// zlib keeps a pointer to it, so that it must not move: hence a heap allocation of our own.
  private let stream: UnsafeMutablePointer<z_stream>

  init() {
    // Sound: initialised here, used by no other, freed in deinit.
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    // 15 window bits, +16: gzip only. Fails only without memory or with a wrong zlib, which inflate then reports.
    _ = unsafe inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
  }

  deinit {
    unsafe inflateEnd(stream)
    unsafe stream.deallocate()
  }

  func inflate(
    _ input: Span<UInt8>, appendingTo output: inout [UInt8], atMost limit: Int
  ) -> (used: Int, InflationProgress) {
    let start = output.count
    output.append(contentsOf: repeatElement(0, count: limit))
    let status = unsafe input.withUnsafeBufferPointer { source in
      unsafe output.withUnsafeMutableBufferPointer { target in
        // Sound: zlib reads `avail_in` and writes `avail_out` bytes at most, inside the two buffers, and neither
        // pointer is used after this call. (next_in is not const in zlib's header; it is only read.)
        unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
        unsafe stream.pointee.avail_in = UInt32(source.count)
        unsafe stream.pointee.next_out = target.baseAddress.map { unsafe $0 + start }
        unsafe stream.pointee.avail_out = UInt32(limit)
        return unsafe CZlib.inflate(stream, Z_NO_FLUSH)
      }
    }
    output.removeLast(unsafe Int(stream.pointee.avail_out))
    let used = unsafe input.count - Int(stream.pointee.avail_in)
    switch status {
    case Z_OK, Z_BUF_ERROR: return (used, .more)
    case Z_STREAM_END:
      unsafe inflateReset(stream)
      return (used, .memberEnded)
    default:
      return (
        used, .damaged(unsafe stream.pointee.msg.map { unsafe String(cString: $0) } ?? "error \(status)")
      )
    }
  }
}
