/// A block of memory that starts on a cache line, as the kernels' aligned loads need; zero at first.
///
/// Not `Sendable`: whoever shares one between threads has to promise that nobody writes any more.
@safe final class AlignedMemory {
  /// The 64-byte cache line of today's processors; one AVX-512 register.
  static let alignment = 64

  let byteCount: Int
  @unsafe private let start: UnsafeMutableRawPointer

  init(byteCount: Int) {
    precondition(byteCount >= 0)
    self.byteCount = byteCount
    // One line more than asked for, so that even empty memory has an address.
    let size = byteCount + Self.alignment
    unsafe start = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: Self.alignment)
    unsafe start.initializeMemory(as: UInt8.self, repeating: 0, count: size)
  }

  deinit {
    unsafe start.deallocate()
  }

  /// The address as floats. Valid while this object lives: callers keep it alive over the use.
  @unsafe var floats: UnsafeMutablePointer<Float> {
    unsafe start.assumingMemoryBound(to: Float.self)
  }
}
