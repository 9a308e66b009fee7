/// Memory for the packed weights of several matrices, one behind the other: together they fill huge pages, where each
/// alone may be too small for one.
@safe package final class WeightMemory {
  private let memory: AlignedMemory
  private var used = 0

  /// Room for `byteCount` bytes. What is not taken costs nothing.
  package init(byteCount: Int) {
    memory = AlignedMemory(byteCount: byteCount)
  }

  /// The next `byteCount` bytes, zero, from the beginning of a cache line on.
  func take(byteCount: Int) -> AlignedMemory {
    let part = AlignedMemory(of: memory, from: used, byteCount: byteCount)
    used += Self.lines(byteCount)
    return part
  }

  /// A number of bytes in whole cache lines.
  static func lines(_ byteCount: Int) -> Int {
    blockCount(byteCount, each: AlignedMemory.alignment) * AlignedMemory.alignment
  }
}
