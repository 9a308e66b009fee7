/// How an input is compressed: told by its first bytes, whatever its name.
package enum Compression: String, CaseIterable {
  case gzip, xz, zstd, bzip2, zip

  /// How compressed data of this kind begins; nil stands for any byte.
  private var marks: [[UInt8?]] {
    switch self {
    case .gzip: [[0x1F, 0x8B]]
    case .xz: [[0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]]
    // A frame, or a skippable one: the seekable format ends with such.
    case .zstd: [[0x28, 0xB5, 0x2F, 0xFD]] + (0x50...0x5F).map { [$0, 0x2A, 0x4D, 0x18] }
    // `BZh`, the block size, and what begins a block or ends a file without any.
    case .bzip2: [[0x42, 0x5A, 0x68, nil, 0x31, 0x41, 0x59], [0x42, 0x5A, 0x68, nil, 0x17, 0x72, 0x45]]
    case .zip: [[0x50, 0x4B, 0x03, 0x04]]
    }
  }

  /// What names of such files end with.
  var ending: String {
    switch self {
    case .gzip: ".gz"
    case .xz: ".xz"
    case .zstd: ".zst"
    case .bzip2: ".bz2"
    case .zip: ".zip"
    }
  }

  /// The compression of an input that begins with `start`, or nil when it is plain.
  package init?(start: [UInt8]) {
    guard let match = Self.allCases.first(where: { $0.begins(start) }) else { return nil }
    self = match
  }

  /// The compression that a file's name promises.
  init?(fileName: String) {
    let name = fileName.lowercased()
    guard let match = Self.allCases.first(where: { name.hasSuffix($0.ending) }) else { return nil }
    self = match
  }

  /// Whether more bytes are needed to tell.
  static func isUndecided(by start: [UInt8]) -> Bool { allCases.contains { $0.mayBegin(start) } }

  /// Whether data of this kind begins with `start`.
  func begins(_ start: [UInt8]) -> Bool {
    marks.contains { $0.count <= start.count && Self.agree($0, start) }
  }

  /// Whether it may, once there is more.
  func mayBegin(_ start: [UInt8]) -> Bool {
    marks.contains { start.count < $0.count && Self.agree($0, start) }
  }

  private static func agree(_ mark: [UInt8?], _ start: [UInt8]) -> Bool {
    Swift.zip(mark, start).allSatisfy { $0 == nil || $0 == $1 }
  }

  func makeInflater() -> any Inflater {
    switch self {
    case .gzip: GzipInflater()
    case .xz: XzInflater()
    case .zstd: ZstdInflater()
    case .bzip2: Bzip2Inflater()
    case .zip: ZipInflater()
    }
  }
}

/// Decompresses data that comes piece by piece: a row of members (xz: streams, zstd: frames), each whole in itself.
protocol Inflater: AnyObject {
  /// Decompresses from the front of `input` to the end of `output`, at most `limit` bytes.
  ///
  /// - Returns: how much of `input` was used, and how it went.
  func inflate(
    _ input: Span<UInt8>, appendingTo output: inout [UInt8], atMost limit: Int
  ) -> (used: Int, InflationProgress)
}

/// What one call of an inflater has done.
enum InflationProgress: Equatable {
  case more
  /// Another member may follow.
  case memberEnded
  case damaged(String)
  /// It is whole, and cannot be read all the same.
  case unusable(String)
}

/// What the libraries have in common: an object that they keep a pointer to and that must not move, and a call that
/// takes two buffers.
@safe
struct InflaterState<Stream>: ~Copyable {
  /// The library's own object.
  let stream: UnsafeMutablePointer<Stream>
  private let end: (UnsafeMutablePointer<Stream>) -> Void

  /// - Parameter end: releases what the library has put into the object.
  init(_ initial: Stream, end: @escaping (UnsafeMutablePointer<Stream>) -> Void) {
    // Sound: initialised here, used by no other, freed in deinit.
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: initial)
    unsafe self.end = end
  }

  deinit {
    unsafe end(stream)
    unsafe stream.deinitialize(count: 1)
    unsafe stream.deallocate()
  }
}

/// Lends `input` and `limit` free bytes behind `output` to a library.
///
/// - Parameter call: reads from the first buffer and writes into the second; returns how many bytes it has left of each.
/// - Returns: how much of the input was used, and what else the call has returned.
func inflating<Status>(
  _ input: Span<UInt8>, appendingTo output: inout [UInt8], atMost limit: Int,
  _ call: (UnsafePointer<UInt8>?, Int, UnsafeMutablePointer<UInt8>?, Int) -> (unread: Int, free: Int, Status)
) -> (used: Int, Status) {
  let start = output.count
  output.append(contentsOf: repeatElement(0, count: limit))
  let (unread, free, status) = unsafe input.withUnsafeBufferPointer { source in
    unsafe output.withUnsafeMutableBufferPointer { target in
      // Sound: a library reads and writes no more than the lengths that it is told, and keeps neither pointer.
      unsafe call(source.baseAddress, source.count, target.baseAddress.map { unsafe $0 + start }, limit)
    }
  }
  output.removeLast(free)
  return (input.count - unread, status)
}
