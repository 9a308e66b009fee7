/// How an input is compressed: told by its first bytes, whatever its name.
enum Compression: String, CaseIterable {
  case gzip, xz

  /// How compressed data of this kind begins.
  var mark: [UInt8] {
    switch self {
    case .gzip: [0x1F, 0x8B]
    case .xz: [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]
    }
  }

  /// The compression of an input that begins with `start`, or nil when it is plain.
  init?(start: [UInt8]) {
    guard let match = Self.allCases.first(where: { start.starts(with: $0.mark) }) else { return nil }
    self = match
  }

  /// Whether more bytes are needed to tell.
  static func isUndecided(by start: [UInt8]) -> Bool {
    allCases.contains { start.count < $0.mark.count && $0.mark.starts(with: start) }
  }

  func makeInflater() -> any Inflater {
    switch self {
    case .gzip: GzipInflater()
    case .xz: XzInflater()
    }
  }
}

/// Decompresses data that comes piece by piece: a row of members (xz: streams), each whole in itself.
protocol Inflater: AnyObject {
  /// Decompresses from the front of `input` to the end of `output`, at most `limit` bytes.
  ///
  /// - Returns: how much of `input` was used, and how it went.
  func inflate(
    _ input: Span<UInt8>, appendingTo output: inout [UInt8], atMost limit: Int
  ) -> (used: Int, InflationProgress)
}

/// What one call of an inflater has done.
enum InflationProgress: Equatable { case more, memberEnded, damaged(String) }
