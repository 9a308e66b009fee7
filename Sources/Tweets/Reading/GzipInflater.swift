internal import CZlib

/// Decompresses a row of gzip members (RFC 1952) piece by piece, or bare deflated data (RFC 1951), with zlib.
///
/// Members that follow one another are joined, as `gunzip` does. Checksums of gzip are verified by zlib.
@safe
final class GzipInflater: Inflater {
  private let state: InflaterState<z_stream>

  /// - Parameter isBare: whether there is neither header nor checksum, as in zip archives.
  init(isBare: Bool = false) {
    unsafe state = unsafe InflaterState(z_stream()) { unsafe inflateEnd($0) }
    // 15 window bits, +16: gzip only; negative: bare. Fails only without memory or with a wrong zlib, which inflate
    // then reports.
    _ = unsafe inflateInit2_(
      state.stream, isBare ? -15 : 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
  }

  func inflate(
    _ input: Span<UInt8>, appendingTo output: inout [UInt8], atMost limit: Int
  ) -> (used: Int, InflationProgress) {
    let (used, status) = unsafe inflating(input, appendingTo: &output, atMost: limit) {
      // next_in is not const in zlib's header; it is only read.
      unsafe state.stream.pointee.next_in = UnsafeMutablePointer(mutating: $0)
      unsafe state.stream.pointee.avail_in = UInt32($1)
      unsafe state.stream.pointee.next_out = $2
      unsafe state.stream.pointee.avail_out = UInt32($3)
      let status = unsafe CZlib.inflate(state.stream, Z_NO_FLUSH)
      return unsafe (Int(state.stream.pointee.avail_in), Int(state.stream.pointee.avail_out), status)
    }
    switch status {
    case Z_OK, Z_BUF_ERROR: return (used, .more)
    case Z_STREAM_END:
      unsafe inflateReset(state.stream)
      return (used, .memberEnded)
    default:
      let message = unsafe state.stream.pointee.msg.map { unsafe String(cString: $0) }
      return (used, .damaged(message ?? "error \(status)"))
    }
  }
}
