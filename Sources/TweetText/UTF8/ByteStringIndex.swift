/// Byte strings numbered in the order of their insertion, to be found again by their bytes.
///
/// All strings lie in one buffer, and their positions in an open-addressing table that is at most half full:
/// finding one makes no `String` and allocates nothing. Hash: FNV-1a (Fowler, Noll, Vo), 64 bits.
package struct ByteStringIndex: Sendable {
  private var bytes: [UInt8] = []
  /// Where each string starts in `bytes`, and last where the next one will.
  private var starts: [Int] = [0]
  /// How many bytes stand between a string and the next: a line feed where the strings are lines.
  private let gap: Int
  /// For each slot the position of a string, or `empty`; as many slots as a power of two.
  private var slots = [Int32](repeating: empty, count: 16)

  private static let empty: Int32 = -1

  /// Without any strings.
  package init() { gap = 0 }

  /// Why lines cannot be numbered. They are counted from 1.
  enum LineError: Error {
    case empty(line: Int)
    case repeated(line: Int)
  }

  /// The lines of a text, each ended by a line feed (the last may go without): copied as a whole and read once.
  init(lines: Span<UInt8>) throws(LineError) {
    gap = 1
    bytes.append(lines, in: lines.indices)
    if bytes.last != Self.lineFeed { bytes.append(Self.lineFeed) }
    let count = bytes.count { $0 == Self.lineFeed }
    starts.reserveCapacity(count + 1)
    growSlots(for: count)
    var start = 0
    while start < bytes.count {
      var (end, hash) = (start, UInt64.fnv1aBasis)
      while bytes[end] != Self.lineFeed {
        hash = hash.fnv1a(UInt64(bytes[end]))
        end += 1
      }
      guard end > start else { throw .empty(line: self.count + 1) }
      let slot = slot(of: bytes.span, in: start..<end, hash: hash)
      guard slots[slot] == Self.empty else { throw .repeated(line: self.count + 1) }
      slots[slot] = Int32(self.count)
      start = end + 1
      starts.append(start)
    }
  }

  private static let lineFeed = UInt8(ascii: "\n")

  /// How many strings there are.
  package var count: Int { starts.count - 1 }

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
    if gap > 0 { bytes.append(Self.lineFeed) }
    starts.append(bytes.count)
    return count - 1
  }

  /// The position of the string `source[range]`; nil if it is not there.
  func position(of source: Span<UInt8>, in range: Range<Int>) -> Int? {
    let position = slots[slot(of: source, in: range)]
    return position == Self.empty ? nil : Int(position)
  }

  /// The bytes of the string at `position`, which must be one.
  package func string(at position: Int) -> String {
    String(decoding: bytes[range(of: position)], as: UTF8.self)
  }

  /// Whether the string at one position precedes that at another in byte order.
  package func isOrdered(_ position: Int, before other: Int) -> Bool {
    bytes[range(of: position)].lexicographicallyPrecedes(bytes[range(of: other)])
  }

  /// Where a string is in `bytes`.
  @inline(__always)
  private func range(of position: Int) -> Range<Int> { starts[position]..<starts[position + 1] - gap }

  @inline(__always)
  private func slot(of source: Span<UInt8>, in range: Range<Int>) -> Int {
    var hash = UInt64.fnv1aBasis
    for offset in range { hash = hash.fnv1a(UInt64(source[offset])) }
    return slot(of: source, in: range, hash: hash)
  }

  /// The slot that has the string of this hash, or the free slot where it belongs.
  @inline(__always)
  private func slot(of source: Span<UInt8>, in range: Range<Int>, hash: UInt64) -> Int {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: hash ^ hash >> 32) & mask
    while slots[slot] != Self.empty, !isString(at: Int(slots[slot]), equalTo: source, in: range) {
      slot = (slot + 1) & mask
    }
    return slot
  }

  @inline(__always)
  private func isString(at position: Int, equalTo source: Span<UInt8>, in range: Range<Int>) -> Bool {
    let own = self.range(of: position)
    guard own.count == range.count else { return false }
    for offset in 0..<range.count where bytes[own.lowerBound + offset] != source[range.lowerBound + offset] {
      return false
    }
    return true
  }

  /// Makes room for one string more than `count`.
  private mutating func growSlots(for count: Int) {
    var size = slots.count
    while size < 2 * (count + 1) { size *= 2 }
    guard size > slots.count else { return }
    slots = [Int32](repeating: Self.empty, count: size)
    for position in 0..<self.count {
      let slot = slot(of: bytes.span, in: range(of: position))
      slots[slot] = Int32(position)
    }
  }
}
