internal import CLzma

/// Decompresses a row of `.xz` streams piece by piece, with liblzma.
///
/// Streams that follow one another are joined, as `unxz` does. Checksums are verified by liblzma.
/// Source: The .xz file format 1.2.1, and `lzma/base.h` and `lzma/container.h`.
@safe
final class XzInflater: Inflater {
  /// What decompressing may take: `xz -9` needs 65 MiB, and only unusual options more than this.
  private static let memoryLimit: UInt64 = 256 << 20

  /// liblzma keeps a pointer to it, so that it must not move: hence a heap allocation of our own.
  private let stream: UnsafeMutablePointer<lzma_stream>

  init() {
    // Sound: initialised here, used by no other, freed in deinit. All zero is what LZMA_STREAM_INIT is.
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: lzma_stream())
    beginStream()
  }

  deinit {
    unsafe lzma_end(stream)
    unsafe stream.deallocate()
  }

  func inflate(
    _ input: Span<UInt8>, appendingTo output: inout [UInt8], atMost limit: Int
  ) -> (used: Int, InflationProgress) {
    let start = output.count
    output.append(contentsOf: repeatElement(0, count: limit))
    let status = unsafe input.withUnsafeBufferPointer { source in
      unsafe output.withUnsafeMutableBufferPointer { target in
        // Sound: liblzma reads `avail_in` and writes `avail_out` bytes at most, inside the two buffers, and
        // neither pointer is used after this call.
        unsafe stream.pointee.next_in = source.baseAddress
        unsafe stream.pointee.avail_in = source.count
        unsafe stream.pointee.next_out = target.baseAddress.map { unsafe $0 + start }
        unsafe stream.pointee.avail_out = limit
        return unsafe lzma_code(stream, LZMA_RUN)
      }
    }
    output.removeLast(unsafe stream.pointee.avail_out)
    let used = unsafe input.count - stream.pointee.avail_in
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
    _ = unsafe lzma_stream_decoder(stream, Self.memoryLimit, 0)
  }

  private static func explanation(of status: lzma_ret) -> String {
    switch status {
    case LZMA_DATA_ERROR: "its content does not match its checksums"
    case LZMA_FORMAT_ERROR: "something follows its end that is not xz"
    case LZMA_OPTIONS_ERROR: "it was made with options that this liblzma does not know"
    case LZMA_MEMLIMIT_ERROR: "decompressing it takes more than \(memoryLimit >> 20) MiB of memory"
    default: "error \(status.rawValue)"
    }
  }
}
