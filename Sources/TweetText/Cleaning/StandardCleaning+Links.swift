/// Links and mentions: what is not the tweet's own words.
extension StandardCleaning {
  /// The length of the link that begins at `offset`; 0 if there is none.
  @inline(__always)
  func linkLength(at offset: Int) -> Int { table.linkLength(at: offset, in: text.bytes.span) }

  /// Removes `@\w+`: `hola @ana` leaves `hola`, `tod@s` leaves `tod`. An `@` alone stays: `pan @ casa`.
  ///
  /// An e-mail address goes as a whole: `ana.paz@correo.es`.
  mutating func mention() {
    let end = table.end(of: .word, from: text.read + 1, in: text.bytes.span)
    guard end > text.read + 1 else { return symbol(length: 1) }
    let endOfDomain = endOfDomain(from: end)
    if endOfDomain > end, let last = text.lastWritten, Self.isLocalPart(last) {
      while let last = text.lastWritten, Self.isLocalPart(last) { text.unwrite(to: text.write - 1) }
      remove(endOfDomain - text.read)
    } else {
      remove(end - text.read)
    }
  }

  /// After the first word of a domain: the end of its other words, each a dot and small letters.
  private func endOfDomain(from offset: Int) -> Int {
    var end = offset
    while text.byte(at: end) == UInt8(ascii: "."), let letter = text.byte(at: end + 1),
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(letter)
    {
      end = table.end(of: .word, from: end + 1, in: text.bytes.span)
    }
    return end
  }

  private static func isLocalPart(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"),
      UInt8(ascii: "+"):
      true
    default: false
    }
  }

  /// Whether a digit is at `offset`.
  func hasDigit(at offset: Int) -> Bool {
    guard let byte = text.byte(at: offset) else { return false }
    return (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}

extension ScalarTable {
  /// The length of the link that begins at `offset`; 0 if there is none.
  ///
  /// A link is `http://`, `https://`, `www.` or `pic.twitter`, in small or capital letters, with all that
  /// follows up to white space. It may begin inside a word: `holahttp://t.co/x` leaves `hola`.
  @inline(__always)
  func linkLength(at offset: Int, in bytes: Span<UInt8>) -> Int {
    switch bytes[offset] | 0x20 {
    case UInt8(ascii: "h"), UInt8(ascii: "w"), UInt8(ascii: "p"): lengthOfLink(at: offset, in: bytes)
    default: 0
    }
  }

  private func lengthOfLink(at offset: Int, in bytes: Span<UInt8>) -> Int {
    guard let rest = Self.endOfLinkBeginning(at: offset, in: bytes) else { return 0 }
    let end = endOfInk(from: rest, in: bytes)
    return end > rest ? end - offset : 0
  }

  private static func endOfLinkBeginning(at offset: Int, in bytes: Span<UInt8>) -> Int? {
    if bytes.hasIgnoringCase("http", at: offset) {
      if bytes.hasIgnoringCase("://", at: offset + 4) { return offset + 7 }
      return bytes.hasIgnoringCase("s://", at: offset + 4) ? offset + 8 : nil
    }
    if bytes.hasIgnoringCase("www.", at: offset) { return offset + 4 }
    return bytes.hasIgnoringCase("pic.twitter", at: offset) ? offset + 11 : nil
  }

  /// Where the next white space begins, or the end.
  private func endOfInk(from offset: Int, in bytes: Span<UInt8>) -> Int {
    var end = offset
    while end < bytes.count {
      let scalar = bytes.scalar(at: end)
      if !`class`(of: scalar.value).isDisjoint(with: [.space, .control]) { break }
      end += scalar.length
    }
    return end
  }
}
