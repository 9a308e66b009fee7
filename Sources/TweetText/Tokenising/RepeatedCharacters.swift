/// fastai's rule `replace_rep`: four or more of a character become `xxrep`, their number, and one of them.
///
/// `holaaaa!` becomes `hol xxrep 4 a !`. As a regular expression: `(\S)(\1{3,})`, the leftmost first; white
/// space does not count. Source: fastai v1, `fastai/text/transform.py`.
enum RepeatedCharacters {
  /// Leaves in `output` the well-formed `text` with the rule applied.
  ///
  /// - Parameter onEdit: told of each replacement: what is replaced in `text`, and by which part of `output`.
  static func replace(
    in text: Span<UInt8>, table: ScalarTable, into output: inout [UInt8],
    onEdit: (_ source: Range<Int>, _ output: Range<Int>) -> Void = { _, _ in }
  ) {
    output.removeAll(keepingCapacity: true)
    var copied = 0
    var offset = 0
    while offset < text.count {
      if text[offset] < 0x80, offset + 1 < text.count, text[offset + 1] != text[offset] {
        offset += 1
        continue
      }
      let length = text.scalar(at: offset).length
      let count = countOfEqualScalars(in: text, at: offset, length: length)
      let end = offset + count * length
      if count >= 4, !table.contains(.space, at: offset, of: text) {
        output.append(text, in: copied..<offset)
        let start = output.count
        output.append(contentsOf: " xxrep ".utf8)
        output.appendDecimal(count)
        output.append(UInt8(ascii: " "))
        output.append(text, in: offset..<(offset + length))
        output.append(UInt8(ascii: " "))
        onEdit(offset..<end, start..<output.count)
        copied = end
      }
      offset = end
    }
    output.append(text, in: copied..<offset)
  }

  /// The number of consecutive repetitions of the scalar of `length` bytes at `offset`.
  @inline(__always)
  private static func countOfEqualScalars(in text: Span<UInt8>, at offset: Int, length: Int) -> Int {
    var end = offset + length
    while end < text.count, text[end] == text[end - length] { end += 1 }
    return (end - offset) / length
  }
}

extension [UInt8] {
  /// Appends a number that is not negative, in decimal.
  mutating func appendDecimal(_ number: Int) {
    if number >= 10 { appendDecimal(number / 10) }
    append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number % 10))
  }
}
