/// The parts of faces. All functions inspect a few bytes only, except for a mouth that is repeated.
extension Span<UInt8> {
  /// The byte at `offset`; nil outside.
  func byte(at offset: Int) -> UInt8? {
    indices.contains(offset) ? self[offset] : nil
  }

  /// Whether the ASCII `literal` is at `offset`.
  func has(_ literal: StaticString, at offset: Int) -> Bool {
    var position = offset
    for byte in literal.description.utf8 {
      guard self.byte(at: position) == byte else { return false }
      position += 1
    }
    return true
  }

  /// Whether white space or an end of the text is at `offset`.
  func isSpace(at offset: Int) -> Bool {
    byte(at: offset).map { $0 <= 0x20 } ?? true
  }

  func isDigit(at offset: Int) -> Bool {
    byte(at: offset).map { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 } ?? false
  }

  /// Whether a part of a Spanish word is at `offset`: a letter, a digit or an underscore.
  func isWord(at offset: Int) -> Bool {
    guard let byte = byte(at: offset) else { return false }
    return switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      true
    // Lead bytes of U+0080–U+07FF, where ñ and á are; emoji begin with E2 and F0.
    case 0xC2...0xDF: true
    default: false
    }
  }

  /// Whether a part of a Spanish word ends before `offset`; of ñ and á it is their second byte.
  func endsWord(before offset: Int) -> Bool {
    guard let byte = byte(at: offset - 1), byte & 0xC0 == 0x80 else { return isWord(at: offset - 1) }
    // Without the signs of U+0080–U+00BF, such as ¡ and «, which no word ends with.
    return self.byte(at: offset - 2).map { (0xC3...0xDF).contains($0) } ?? false
  }

  /// Whether the mouth at `offset`, drawn once or many times, ends there: `:D`, `:DDD`, but not `:Dos`.
  func endsFace(mouth offset: Int) -> Bool {
    var end = offset + 1
    while byte(at: end) == self[offset] { end += 1 }
    return !isWord(at: end)
  }

  /// Behind at most `limit` noses or tears (`-`, `'`, `’`) that begin at `offset`.
  func endOfNoses(from offset: Int, atMost limit: Int) -> Int {
    var end = offset
    for _ in 0..<limit {
      if byte(at: end) == UInt8(ascii: "-") || byte(at: end) == UInt8(ascii: "'") {
        end += 1
      } else if byte(at: end) == 0xE2, byte(at: end + 1) == 0x80, byte(at: end + 2) == 0x99 {
        end += 3
      }
    }
    return end
  }

  /// Whether there are two noses between eyes and mouth, which faces with a sign for a mouth do not have.
  func hasTwoNoses(from eyes: Int, to mouth: Int) -> Bool {
    endOfNoses(from: eyes + 1, atMost: 1) != mouth
  }

  /// Whether `http` or `https` stands before `offset`; of a link that was cut off, `:/…` is what follows.
  func isLinkScheme(before offset: Int) -> Bool {
    has("http", at: offset - 4) || has("https", at: offset - 5)
  }

  /// Whether the `;` at `offset` ends a character reference, such as `&quot;`.
  func endsCharacterReference(at offset: Int) -> Bool {
    var start = offset - 1
    while let byte = byte(at: start), offset - start < 10 {
      if byte == UInt8(ascii: "&") { return true }
      guard isWord(at: start) || byte == UInt8(ascii: "#") else { return false }
      start -= 1
    }
    return false
  }

  /// `;_;`, `;__;`
  func isTearfulFace(at offset: Int) -> Bool {
    has(";_;", at: offset) || has(";__;", at: offset)
  }

  /// `T_T`, `T__T`, `T.T`, but not the end of `A.T.T`.
  func isWeepingFace(at offset: Int) -> Bool {
    guard !endsWord(before: offset), byte(at: offset - 1) != UInt8(ascii: ".") else { return false }
    if has("T_T", at: offset) || has("T.T", at: offset) { return !isWord(at: offset + 3) }
    return has("T__T", at: offset) && !isWord(at: offset + 4)
  }

  /// `^^`, `^_^`, `^.^`, `^-^`, `^o^`
  func isCaretFace(at offset: Int) -> Bool {
    switch byte(at: offset + 1) {
    case UInt8(ascii: "^"): true
    case UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "o"):
      byte(at: offset + 2) == UInt8(ascii: "^")
    default: false
    }
  }
}
