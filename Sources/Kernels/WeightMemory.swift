internal import Synchronization

/// Memory for the packed weights of several matrices, one behind the other: together they fill huge pages, where each
/// alone may be too small for one.
@safe package final class WeightMemory {
  private let memory: AlignedMemory
  private let used = Mutex(0)

  /// Room for `byteCount` bytes. What is not taken costs nothing.
  package init(byteCount: Int) {
    memory = AlignedMemory(byteCount: byteCount)
  }

  /// The next `byteCount` bytes, zero, from the beginning of a cache line on.
  func take(byteCount: Int) -> AlignedMemory {
    let start = used.withLock { used in
      defer { used += Self.lines(byteCount) }
      return used
    }
    return AlignedMemory(of: memory, from: start, byteCount: byteCount)
  }

  /// A number of bytes in whole cache lines.
  static func lines(_ byteCount: Int) -> Int {
    blockCount(byteCount, each: AlignedMemory.alignment) * AlignedMemory.alignment
  }
}

// Sound: what is taken overlaps nothing else.
extension WeightMemory: @unchecked Sendable {}
