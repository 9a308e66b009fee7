/// fastai's rule `replace_wrep`: three or more of a word become `xxwrep`, their number, and the word once.
///
/// `no no no, ya` becomes ` xxwrep 3 no , ya`. As a regular expression, whose exact behaviour this has:
/// `(?:\s|^)(\w+)\s+((?:\1\s+)+)\1(\s|\W|$)`. So the first word stands after white space or at the very
/// beginning, and what follows the last one is used up: in `ja ja ja no no no` only `ja` is found, for the
/// white space before the first `no` is gone by then. Source: fastai v1, `fastai/text/transform.py`.
struct RepeatedWords {
  let table: ScalarTable

  /// A match: the word, the number of repetitions, and the end of the last one.
  private struct Repetition {
    let word: Range<Int>
    let count: Int
    let end: Int
  }

  /// Leaves in `output` the well-formed `source` with the rule applied.
  ///
  /// Linear: a word that is not repeated is compared with the next two at most.
  /// - Parameter onEdit: told of each replacement: what is replaced in `source`, and by which part of `output`.
  func replace(
    in source: [UInt8], into output: inout [UInt8],
    onEdit: (_ source: Range<Int>, _ output: Range<Int>) -> Void = { _, _ in }
  ) {
    output.removeAll(keepingCapacity: true)
    let text = source.span
    var copied = 0
    var offset = 0
    while offset < text.count {
      let scalar = text.scalar(at: offset)
      if offset > 0, 0x21...0x7E ~= scalar.value {
        offset += 1
        continue
      }
      let isSpace = table.class(of: scalar.value).contains(.space)
      if isSpace || offset == 0,
        let repetition = repetition(in: text, at: isSpace ? offset + scalar.length : offset)
      {
        output.append(text, in: copied..<offset)
        offset = append(repetition, of: text, to: &output, onEdit)
        copied = offset
      } else {
        offset += scalar.length
      }
    }
    output.append(text, in: copied..<offset)
  }

  private func repetition(in text: Span<UInt8>, at start: Int) -> Repetition? {
    let word = start..<table.end(of: .word, from: start, in: text)
    guard !word.isEmpty else { return nil }
    var count = 1
    var end = word.upperBound
    while let next = endOfNext(word, in: text, from: end) {
      count += 1
      end = next
    }
    return count >= 3 ? Repetition(word: word, count: count, end: end) : nil
  }

  /// The end of the next repetition of the word, after white space and before a non-word character; nil if it is not
  /// there.
  private func endOfNext(_ word: Range<Int>, in text: Span<UInt8>, from offset: Int) -> Int? {
    let start = table.end(of: .space, from: offset, in: text)
    let end = start + word.count
    guard start > offset, end <= text.count else { return nil }
    for position in 0..<word.count where text[word.lowerBound + position] != text[start + position] {
      return nil
    }
    return table.contains(.word, at: end, of: text) ? nil : end
  }

  /// Writes what a match becomes, with the scalar after it; says where that ends.
  private func append(
    _ repetition: Repetition, of text: Span<UInt8>, to output: inout [UInt8],
    _ onEdit: (_ source: Range<Int>, _ output: Range<Int>) -> Void
  ) -> Int {
    let start = output.count
    output.append(contentsOf: " xxwrep ".utf8)
    output.appendDecimal(repetition.count)
    output.append(UInt8(ascii: " "))
    output.append(text, in: repetition.word)
    output.append(UInt8(ascii: " "))
    onEdit(repetition.word.lowerBound..<repetition.end, start..<output.count)
    guard repetition.end < text.count else { return text.count }
    let end = repetition.end + text.scalar(at: repetition.end).length
    output.append(text, in: repetition.end..<end)
    return end
  }
}
