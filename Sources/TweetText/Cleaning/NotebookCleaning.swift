/// The case study's `cleanup()`, byte for byte.
///
/// Its steps, each over the whole result of the one before (so that a step can complete what a later one
/// removes):
///
/// 1. `:)`, `:-)`, `:(`, `:-(`, `:D` are deleted, in this order: `::))` keeps `:)`, and `::)-)` loses both;
/// 2. emoji are deleted: U+200D, U+231A, U+23CF, U+23E9 and everything from U+24C2 up;
/// 3. `@[^\s]+`: an at sign and all that follows up to white space; an `@` alone stays;
/// 4. `https?://.*/\w*`: from a link to the *last* slash of its line and the word after it, so that the text
///    between two links goes too; a link without a slash after `//` stays;
/// 5. `#\w*`: a hash with its word, a `#` alone too.
///
/// White space is not changed. `\w` and `\s` are Python's: see `ScalarClass`.
enum NotebookCleaning {
  static func clean(_ text: Span<UInt8>, table: ScalarTable, appendingTo output: inout [UInt8]) {
    let start = output.count
    appendWellFormed(text, to: &output)
    var tweet = InPlaceText(taking: &output, from: start)
    tweet.removeSmileys()
    tweet.removeAll(matching: emoji)
    tweet.removeAll { bytes, offset in mention(in: bytes, at: offset, table) }
    tweet.removeLinks(table)
    tweet.removeAll { bytes, offset in hashtag(in: bytes, at: offset, table) }
    tweet.giveBack(to: &output)
  }

  private static func appendWellFormed(_ text: Span<UInt8>, to output: inout [UInt8]) {
    // An array without memory writes its count to what all such arrays share.
    guard !text.isEmpty else { return }
    output.append(addingCapacity: DecodedScalar.largestGrowth * text.count) { output in
      var offset = 0
      while offset < text.count {
        let scalar = text.scalar(at: offset)
        output.appendScalar(scalar.value)
        offset += scalar.length
      }
    }
  }

  /// The length of the emoji at `offset`, one scalar at a time.
  private static func emoji(in bytes: Span<UInt8>, at offset: Int) -> Int {
    guard bytes[offset] >= 0xE2 else { return 0 }
    let scalar = bytes.scalar(at: offset)
    return switch scalar.value {
    case 0x200D, 0x231A, 0x23CF, 0x23E9, 0x24C2...: scalar.length
    default: 0
    }
  }

  private static func mention(in bytes: Span<UInt8>, at offset: Int, _ table: ScalarTable) -> Int {
    guard bytes[offset] == UInt8(ascii: "@") else { return 0 }
    var end = offset + 1
    while end < bytes.count, !table.contains(.space, at: end, of: bytes) {
      end += bytes.scalar(at: end).length
    }
    return end == offset + 1 ? 0 : end - offset
  }

  private static func hashtag(in bytes: Span<UInt8>, at offset: Int, _ table: ScalarTable) -> Int {
    guard bytes[offset] == UInt8(ascii: "#") else { return 0 }
    return table.end(of: .word, from: offset + 1, in: bytes) - offset
  }
}

extension InPlaceText {
  fileprivate mutating func removeSmileys() {
    guard bytes[start...].contains(UInt8(ascii: ":")) else { return }
    for smiley in [":)", ":-)", ":(", ":-(", ":D"] {
      removeAll { bytes, offset in bytes.has(smiley, at: offset) ? smiley.utf8.count : 0 }
    }
  }

  /// A line has at most one match: it reaches to the last slash, and the next link would need slashes of its
  /// own.
  fileprivate mutating func removeLinks(_ table: ScalarTable) {
    var line = start..<start
    var lastSlash: Int?
    while !isAtEnd {
      if read >= line.upperBound {
        line = read..<endOfLine(from: read)
        lastSlash = bytes[line].lastIndex(of: UInt8(ascii: "/"))
      }
      if let lastSlash, let rest = bytes.span.endOfScheme(at: read), rest <= lastSlash {
        read = table.end(of: .word, from: lastSlash + 1, in: bytes.span)
      } else {
        copy(1)
      }
    }
    endPass()
  }

  /// Just after the next line feed, or the end.
  private func endOfLine(from offset: Int) -> Int {
    bytes[offset...].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? bytes.count
  }
}

extension Span<UInt8> {
  /// The end of `http://` or `https://` at `offset`; nil if there is none.
  fileprivate func endOfScheme(at offset: Int) -> Int? {
    if has("http://", at: offset) { return offset + 7 }
    return has("https://", at: offset) ? offset + 8 : nil
  }
}
