internal import CBzip2

/// Decompresses a row of bzip2 streams piece by piece, with libbz2.
///
/// Streams that follow one another are joined, as `bunzip2` does: `pbzip2` writes many. Checksums are verified by
/// libbz2.
@safe
final class Bzip2Inflater: Inflater {
  private let state: InflaterState<bz_stream>

  init() {
    unsafe state = unsafe InflaterState(bz_stream()) { _ = unsafe BZ2_bzDecompressEnd($0) }
    // Fails only without memory, which `BZ2_bzDecompress` then reports.
    _ = unsafe BZ2_bzDecompressInit(state.stream, 0, 0)
  }

  func inflate(
    _ input: Span<UInt8>, appendingTo output: inout [UInt8], atMost limit: Int
  ) -> (used: Int, InflationProgress) {
    let (used, status) = unsafe inflating(input, appendingTo: &output, atMost: limit) {
      // next_in is not const in bzlib's header, and its characters are signed; it is only read.
      unsafe state.stream.pointee.next_in = UnsafeMutableRawPointer(mutating: $0)?.assumingMemoryBound(
        to: CChar.self)
      unsafe state.stream.pointee.avail_in = UInt32($1)
      unsafe state.stream.pointee.next_out = UnsafeMutableRawPointer($2)?.assumingMemoryBound(to: CChar.self)
      unsafe state.stream.pointee.avail_out = UInt32($3)
      let status = unsafe BZ2_bzDecompress(state.stream)
      return unsafe (Int(state.stream.pointee.avail_in), Int(state.stream.pointee.avail_out), status)
    }
    switch status {
    case BZ_OK: return (used, .more)
    case BZ_STREAM_END:
      _ = unsafe BZ2_bzDecompressEnd(state.stream)
      unsafe state.stream.pointee = bz_stream()
      _ = unsafe BZ2_bzDecompressInit(state.stream, 0, 0)
      return (used, .memberEnded)
    case BZ_DATA_ERROR, BZ_DATA_ERROR_MAGIC:
      return (used, .damaged("its content does not match its checksums"))
    case BZ_MEM_ERROR: return (used, .damaged("there is not enough memory"))
    default: return (used, .damaged("error \(status)"))
    }
  }
}
