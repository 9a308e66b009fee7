/// The tail of a byte array, rewritten in place by something that reads ahead of where it writes.
///
/// The array is taken from its owner and given back at the end, so nothing is copied or allocated. What is
/// written is never longer than what was read: `write <= read` always holds.
struct InPlaceText {
  private(set) var bytes: [UInt8] = []
  /// Where the tail begins; what lies before is the owner's and stays.
  let start: Int
  /// The next byte to read.
  var read: Int
  /// The next byte to write.
  private(set) var write: Int

  init(taking output: inout [UInt8], from start: Int) {
    self.start = start
    read = start
    write = start
    swap(&bytes, &output)
  }

  /// Gives the array back. Every pass must have been ended.
  mutating func giveBack(to output: inout [UInt8]) { swap(&bytes, &output) }

  /// Ends a pass: the text is now what was written, and the next pass begins at its start.
  mutating func endPass() {
    bytes.removeLast(bytes.count - write)
    read = start
    write = start
  }

  /// Makes other bytes the text, between two passes.
  mutating func replace(with text: [UInt8]) {
    bytes.removeLast(bytes.count - start)
    bytes.append(contentsOf: text)
  }

  var isAtEnd: Bool { read >= bytes.count }

  /// The last byte written; nil when nothing is.
  var lastWritten: UInt8? { write > start ? bytes[write - 1] : nil }

  /// The byte written `distance` before the next one to write (1 is the last); nil before the beginning.
  @inline(__always)
  func written(_ distance: Int) -> UInt8? {
    write - distance >= start ? bytes[write - distance] : nil
  }

  /// The byte at `offset`; nil at the end.
  @inline(__always)
  func byte(at offset: Int) -> UInt8? {
    offset < bytes.count ? bytes[offset] : nil
  }

  /// Writes a byte. At least one more byte must have been read than written.
  @inline(__always)
  mutating func put(_ byte: UInt8) {
    bytes[write] = byte
    write += 1
  }

  /// Copies the next `count` bytes from where it reads to where it writes.
  @inline(__always)
  mutating func copy(_ count: Int) {
    let (source, destination) = (read, write)
    read += count
    write += count
    guard destination < source else { return }
    var target = bytes.mutableSpan
    for offset in 0..<count { target[destination + offset] = target[source + offset] }
  }

  /// Takes back what was written from `offset` on.
  @inline(__always)
  mutating func unwrite(to offset: Int) { write = offset }

  /// Drops every match. `matchLength` says how many bytes match at an offset (0: none).
  mutating func removeAll(matching matchLength: (_ bytes: Span<UInt8>, _ offset: Int) -> Int) {
    while !isAtEnd {
      let length = matchLength(bytes.span, read)
      if length > 0 { read += length } else { copy(1) }
    }
    endPass()
  }
}
