internal import CZstd

/// Decompresses a row of zstd frames (RFC 8878) piece by piece, with libzstd.
///
/// Frames that follow one another are joined, as `unzstd` does; skippable ones are skipped. Checksums are verified by
/// libzstd. Windows of more than 128 MiB (`zstd --ultra --long=28` and more) are refused, as `zstd` itself does.
@safe
final class ZstdInflater: Inflater {
  private let state: InflaterState<OpaquePointer?>

  init() {
    // nil without memory, which `ZSTD_decompressStream` reports.
    unsafe state = unsafe InflaterState(ZSTD_createDStream()) { _ = unsafe ZSTD_freeDStream($0.pointee) }
  }

  func inflate(
    _ input: Span<UInt8>, appendingTo output: inout [UInt8], atMost limit: Int
  ) -> (used: Int, InflationProgress) {
    let (used, status) = unsafe inflating(input, appendingTo: &output, atMost: limit) {
      var source = unsafe ZSTD_inBuffer(src: $0, size: $1, pos: 0)
      var target = unsafe ZSTD_outBuffer(dst: $2, size: $3, pos: 0)
      let status = unsafe ZSTD_decompressStream(state.stream.pointee, &target, &source)
      return unsafe (source.size - source.pos, target.size - target.pos, status)
    }
    if ZSTD_isError(status) != 0 {
      return (used, .damaged(unsafe String(cString: ZSTD_getErrorName(status))))
    }
    // 0: a frame has been decoded and written to its end, and the next call begins another.
    return (used, status == 0 ? .memberEnded : .more)
  }
}
