/// Byte strings numbered in the order of their insertion, to be found again by their bytes.
///
/// All strings lie in one buffer, and their positions in an open-addressing table that is at most half full:
/// finding one makes no `String` and allocates nothing. Hash: FNV-1a (Fowler, Noll, Vo), 64 bits.
package struct ByteStringIndex: Sendable {
  private var bytes: [UInt8] = []
  /// Where each string ends in `bytes`, after a leading 0.
  private var ends: [Int] = [0]
  /// For each slot the position of a string, or `empty`; as many slots as a power of two.
  private var slots = [Int32](repeating: empty, count: 16)

  private static let empty: Int32 = -1

  /// Without any strings.
  package init() {}

  /// How many strings there are.
  package var count: Int { ends.count - 1 }

  /// Makes room for `count` strings of `byteCount` bytes in all.
  mutating func reserveCapacity(_ count: Int, byteCount: Int) {
    bytes.reserveCapacity(byteCount)
    ends.reserveCapacity(count + 1)
    growSlots(for: count)
  }

  /// Adds the string `source[range]` under the next position; false, and nothing is added, if it is there
  /// already.
  @discardableResult
  mutating func insert(_ source: Span<UInt8>, in range: Range<Int>) -> Bool {
    let before = count
    return position(adding: source, in: range) == before
  }

  /// The position of the string `source[range]`, which is added under the next one if it is not there.
  package mutating func position(adding source: Span<UInt8>, in range: Range<Int>) -> Int {
    if slots.count < 2 * (count + 1) { growSlots(for: count) }
    let slot = slot(of: source, in: range)
    if slots[slot] != Self.empty { return Int(slots[slot]) }
    slots[slot] = Int32(count)
    bytes.append(source, in: range)
    ends.append(bytes.count)
    return count - 1
  }

  /// The position of the string `source[range]`; nil if it is not there.
  func position(of source: Span<UInt8>, in range: Range<Int>) -> Int? {
    let position = slots[slot(of: source, in: range)]
    return position == Self.empty ? nil : Int(position)
  }

  /// The bytes of the string at `position`, which must be one.
  package func string(at position: Int) -> String {
    String(decoding: bytes[ends[position]..<ends[position + 1]], as: UTF8.self)
  }

  /// Whether the string at one position precedes that at another in byte order.
  package func isOrdered(_ position: Int, before other: Int) -> Bool {
    bytes[ends[position]..<ends[position + 1]].lexicographicallyPrecedes(bytes[ends[other]..<ends[other + 1]])
  }

  /// The slot that has the string, or the free slot where it belongs.
  @inline(__always)
  private func slot(of source: Span<UInt8>, in range: Range<Int>) -> Int {
    let mask = slots.count - 1
    var slot = Self.hash(source, in: range) & mask
    while slots[slot] != Self.empty, !isString(at: Int(slots[slot]), equalTo: source, in: range) {
      slot = (slot + 1) & mask
    }
    return slot
  }

  @inline(__always)
  private func isString(at position: Int, equalTo source: Span<UInt8>, in range: Range<Int>) -> Bool {
    let start = ends[position]
    guard ends[position + 1] - start == range.count else { return false }
    for offset in 0..<range.count where bytes[start + offset] != source[range.lowerBound + offset] {
      return false
    }
    return true
  }

  @inline(__always)
  private static func hash(_ source: Span<UInt8>, in range: Range<Int>) -> Int {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for offset in range {
      hash = (hash ^ UInt64(source[offset])) &* 0x100_0000_01B3
    }
    return Int(truncatingIfNeeded: hash ^ hash >> 32)
  }

  /// Makes room for one string more than `count`.
  private mutating func growSlots(for count: Int) {
    var size = slots.count
    while size < 2 * (count + 1) { size *= 2 }
    guard size > slots.count else { return }
    slots = [Int32](repeating: Self.empty, count: size)
    for position in 0..<self.count {
      let slot = slot(of: bytes.span, in: ends[position]..<ends[position + 1])
      slots[slot] = Int32(position)
    }
  }
}
