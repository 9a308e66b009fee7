/// Cuts text into words and punctuation, and brings them into lower case.
///
/// As a regular expression: `\w+(?:['’]\w+)?|\.{2,}|[^\w\s]`. So `D'Alessandro` is one token, `12:30` three, `...`
/// one, `!!` two; a combining mark is a token of its own. `\w` and `\s` are Python's: see `ScalarClass`.
struct TokenScanner {
  let table: ScalarTable

  /// A token as it stood in the text.
  struct Token {
    /// Where it is.
    let range: Range<Int>
    /// The mark that goes before it: `.uppercase`, `.capitalised` or none.
    let mark: SpecialToken?
  }

  /// Reads the next token from `offset` on and leaves its lower-case form in `word`; nil at the end.
  func next(in text: Span<UInt8>, from offset: Int, word: inout [UInt8]) -> Token? {
    let start = table.end(of: .space, from: offset, in: text)
    guard start < text.count else { return nil }
    word.removeAll(keepingCapacity: true)
    let first = text.scalar(at: start)
    guard table.class(of: first.value).contains(.word) else {
      let end = endOfSign(first, at: start, in: text)
      for _ in 0..<((end - start) / first.length) { appendLowercase(of: first.value, to: &word) }
      return Token(range: start..<end, mark: nil)
    }
    var reading = WordReading()
    let end = appendWord(from: start, of: text, to: &word, &reading)
    if reading.hasCapitalSigma { word = FinalSigma.lowercase(text, in: start..<end) }
    return Token(range: start..<end, mark: reading.letterCase.mark)
  }

  /// What is gathered while a word is read.
  private struct WordReading {
    var letterCase = LetterCase()
    /// Whether the word has a `Σ`, whose small form depends on what is around it.
    var hasCapitalSigma = false
  }

  /// A run of two or more full stops is one sign.
  private func endOfSign(_ first: DecodedScalar, at start: Int, in text: Span<UInt8>) -> Int {
    var end = start + first.length
    guard first.value == UInt32(UInt8(ascii: ".")) else { return end }
    while end < text.count, text[end] == UInt8(ascii: ".") { end += 1 }
    return end
  }

  /// Appends the word that begins at `start`; says where it ends.
  private func appendWord(
    from start: Int, of text: Span<UInt8>, to word: inout [UInt8], _ reading: inout WordReading
  ) -> Int {
    let end = appendLetters(from: start, of: text, to: &word, &reading)
    let afterApostrophe = end + apostropheLength(at: end, in: text)
    guard afterApostrophe > end, table.contains(.word, at: afterApostrophe, of: text) else { return end }
    reading.letterCase.add([])
    word.append(text, in: end..<afterApostrophe)
    return appendLetters(from: afterApostrophe, of: text, to: &word, &reading)
  }

  private func apostropheLength(at offset: Int, in text: Span<UInt8>) -> Int {
    guard offset < text.count else { return 0 }
    if text[offset] == UInt8(ascii: "'") { return 1 }
    return text[offset] == 0xE2 && text.scalar(at: offset).value == 0x2019 ? 3 : 0
  }

  private func appendLetters(
    from start: Int, of text: Span<UInt8>, to word: inout [UInt8], _ reading: inout WordReading
  ) -> Int {
    var offset = start
    while offset < text.count {
      let scalar = text.scalar(at: offset)
      let scalarClass = table.class(of: scalar.value)
      guard scalarClass.contains(.word) else { break }
      reading.letterCase.add(scalarClass)
      if scalar.value == 0x3A3 { reading.hasCapitalSigma = true }
      appendLowercase(of: scalar.value, to: &word)
      offset += scalar.length
    }
    return offset
  }

  @inline(__always)
  private func appendLowercase(of value: UInt32, to word: inout [UInt8]) {
    let lowercase = table.lowercase(of: value)
    if lowercase == ScalarTable.severalScalars {
      appendMapping(of: value, to: &word)
    } else {
      word.appendScalar(lowercase)
    }
  }

  private func appendMapping(of value: UInt32, to word: inout [UInt8]) {
    guard let scalar = Unicode.Scalar(value) else { return }
    word.append(contentsOf: scalar.properties.lowercaseMapping.utf8)
  }
}
