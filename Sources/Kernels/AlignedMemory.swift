internal import Glibc

/// A block of memory that starts on a cache line, as the kernels' aligned loads need; zero at first.
///
/// Costs nothing until it is touched: the zeros of a large block are the system's own, page by page.
///
/// Not `Sendable`: code that shares an instance between threads must ensure that it is no longer written to.
@safe final class AlignedMemory {
  /// The 64-byte cache line of today's processors; one AVX-512 register.
  static let alignment = 64

  let byteCount: Int
  /// What is freed at the end; nil for a part of other memory.
  @unsafe private let block: UnsafeMutableRawPointer?
  @unsafe private let start: UnsafeMutableRawPointer
  /// What this is a part of.
  private let whole: AlignedMemory?

  init(byteCount: Int) {
    precondition(byteCount >= 0)
    self.byteCount = byteCount
    let alignment = HugePages.pays(byteCount: byteCount) ? HugePages.size : Self.alignment
    // Room to begin on a line or huge page, and one more than asked for, so that even empty memory has an address.
    guard let block = unsafe calloc(1, byteCount + 2 * alignment) else {
      preconditionFailure("out of memory")
    }
    unsafe self.block = block
    unsafe start = block.alignedUp(toMultipleOf: alignment)
    whole = nil
    unsafe HugePages.ask(for: start, byteCount: byteCount)
  }

  /// A part of other memory, which lives as long as its parts; `offset` is a multiple of the alignment.
  init(of whole: AlignedMemory, from offset: Int, byteCount: Int) {
    precondition(offset >= 0 && offset % Self.alignment == 0 && byteCount >= 0)
    precondition(byteCount <= whole.byteCount - offset)
    self.byteCount = byteCount
    unsafe block = nil
    unsafe start = whole.start + offset
    self.whole = whole
  }

  deinit {
    unsafe free(block)
  }

  /// The address. Valid while this object lives: callers keep it alive over the use.
  @unsafe var bytes: UnsafeMutableRawPointer { unsafe start }

  /// The address as floats.
  @unsafe var floats: UnsafeMutablePointer<Float> {
    unsafe start.assumingMemoryBound(to: Float.self)
  }

  /// The address as words of activations.
  @unsafe var words: UnsafeMutablePointer<UInt32> {
    unsafe start.assumingMemoryBound(to: UInt32.self)
  }
}

/// The distance from one row of a matrix to the next in words of 32 bits: room for `words`, in whole cache
/// lines, and of these an odd number, so that a column of many rows does not fall into one place of the cache.
func rowStride(words: Int) -> Int {
  let wordsInLine = AlignedMemory.alignment / MemoryLayout<UInt32>.stride
  return ((words + wordsInLine - 1) / wordsInLine | 1) * wordsInLine
}

/// Pages of 2 MiB, which Linux gives to memory that asks for them before it is first written to.
///
/// The packed weights of a layer are 21 MB, as many pages of 4 KiB as a processor can look up fast two or three times
/// over: without huge pages products lose 5 to 10 % (see the design note 0007).
package enum HugePages {
  static let size = 2 << 20

  /// Whether a block of memory is large enough that what is left of its last page does not matter.
  static func pays(byteCount: Int) -> Bool { byteCount >= 2 * size }

  /// Asks for huge pages for a block of memory, if it is large enough; nothing depends on whether it gets them.
  @unsafe static func ask(for start: UnsafeMutableRawPointer, byteCount: Int) {
    guard pays(byteCount: byteCount) else { return }
    // Sound: the advice is about whole pages within the block, and changes no contents.
    let first = unsafe start.alignedUp(toMultipleOf: size)
    let count = unsafe (byteCount - (first - start)) / size * size
    unsafe madvise(first, count, MADV_HUGEPAGE)
  }

  /// `count` zeros, on huge pages if there are many.
  package static func zeros(_ count: Int) -> [Float] {
    let byteCount = count * MemoryLayout<Float>.stride
    // Not for 0 either: the initialiser below writes the count even of the one storage that all empty arrays share,
    // which is a race.
    guard pays(byteCount: byteCount) else { return [Float](repeating: 0, count: count) }
    return unsafe [Float](unsafeUninitializedCapacity: count) { numbers, initialized in
      if let start = numbers.baseAddress { unsafe ask(for: start, byteCount: byteCount) }
      unsafe numbers.initialize(repeating: 0)
      initialized = count
    }
  }
}
