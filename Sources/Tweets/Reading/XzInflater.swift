internal import CLzma

/// Decompresses a row of `.xz` streams piece by piece, with liblzma.
///
/// Streams that follow one another are joined, as `unxz` does. Checksums are verified by liblzma.
/// Source: The .xz file format 1.2.1, and `lzma/base.h` and `lzma/container.h`.
@safe
final class XzInflater: Inflater {
  /// What decompressing may take: `xz -9` needs 65 MiB, and only unusual options more than this.
  private static let memoryLimit: UInt64 = 256 << 20

  private let state: InflaterState<lzma_stream>

  init() {
    // All zero is what LZMA_STREAM_INIT is.
    unsafe state = unsafe InflaterState(lzma_stream()) { unsafe lzma_end($0) }
    beginStream()
  }

  func inflate(
    _ input: Span<UInt8>, appendingTo output: inout [UInt8], atMost limit: Int
  ) -> (used: Int, InflationProgress) {
    let (used, status) = unsafe inflating(input, appendingTo: &output, atMost: limit) {
      unsafe state.stream.pointee.next_in = $0
      unsafe state.stream.pointee.avail_in = $1
      unsafe state.stream.pointee.next_out = $2
      unsafe state.stream.pointee.avail_out = $3
      let status = unsafe lzma_code(state.stream, LZMA_RUN)
      return unsafe (state.stream.pointee.avail_in, state.stream.pointee.avail_out, status)
    }
    switch status {
    case LZMA_OK, LZMA_BUF_ERROR: return (used, .more)
    case LZMA_STREAM_END:
      beginStream()
      return (used, .memberEnded)
    default: return (used, .damaged(Self.explanation(of: status)))
    }
  }

  /// Makes ready for the next stream. Fails only without memory, which `lzma_code` then reports.
  private func beginStream() {
    _ = unsafe lzma_stream_decoder(state.stream, Self.memoryLimit, 0)
  }

  private static func explanation(of status: lzma_ret) -> String {
    switch status {
    case LZMA_DATA_ERROR: "its content does not match its checksums"
    case LZMA_FORMAT_ERROR: "its header does not match its checksum"
    case LZMA_OPTIONS_ERROR: "it was made with options that this liblzma does not know"
    case LZMA_MEMLIMIT_ERROR: "decompressing it takes more than \(memoryLimit >> 20) MiB of memory"
    default: "error \(status.rawValue)"
    }
  }
}
