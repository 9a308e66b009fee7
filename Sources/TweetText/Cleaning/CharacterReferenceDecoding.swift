extension InPlaceText {
  /// How far references are decoded.
  enum ReferenceDepth {
    /// Once, as Python's `html.unescape`: `&amp;lt;` becomes `&lt;`.
    case once
    /// Until none is left: `&amp;lt;` becomes `<`, however often it was encoded.
    case untilNoneIsLeft
  }

  /// Decodes the HTML character references of the text: `T&uacute; &lt;3` becomes `Tú <3`.
  ///
  /// With `.untilNoneIsLeft` an ampersand that came out of a reference may begin the next one. References that appear
  /// only because two others met (`&&#97;mp;`, which does not occur in practice) lose their ampersand to a space, so
  /// that decoding what was decoded changes nothing. The text never grows: no reference is shorter than the UTF-8 of
  /// its scalar.
  /// - Parameter onEdit: told of each reference: where it was, and where its scalar is, both from the text's start.
  mutating func decodeCharacterReferences(
    _ depth: ReferenceDepth, onEdit: (_ source: Range<Int>, _ output: Range<Int>) -> Void = { _, _ in }
  ) {
    while !isAtEnd {
      guard bytes[read] == UInt8(ascii: "&") else {
        copy(1)
        continue
      }
      let (readFrom, writtenFrom) = (read - start, write - start)
      decodeReference(depth)
      if read - start > readFrom + 1 { onEdit(readFrom..<read - start, writtenFrom..<write - start) }
    }
    endPass()
    if depth == .untilNoneIsLeft { separateReferences() }
  }

  private mutating func decodeReference(_ depth: ReferenceDepth) {
    read += 1
    var scalar: UInt32? = UInt32(UInt8(ascii: "&"))
    while let reference = CharacterReference(after: read, in: bytes.span) {
      read += reference.length
      scalar = reference.scalar
      if depth == .once || scalar != UInt32(UInt8(ascii: "&")) { break }
    }
    if let scalar { put(scalar: scalar) }
  }

  /// Puts a space in the place of each ampersand that begins a reference.
  mutating func separateReferences() {
    while !isAtEnd {
      if bytes[read] == UInt8(ascii: "&"), CharacterReference(after: read + 1, in: bytes.span) != nil {
        put(UInt8(ascii: " "))
        read += 1
      } else {
        copy(1)
      }
    }
    endPass()
  }

  private mutating func put(scalar value: UInt32) {
    guard let scalar = Unicode.Scalar(value) else { return }
    for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter { put(byte) }
  }
}
