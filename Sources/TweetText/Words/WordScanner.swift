/// The words of a text as their author wrote them, in small letters: for statistics, not for the model.
///
/// A word is a run of letters and digits with a letter in it, of 2 to 30 characters. User names, links, numbers and stop words
/// are none. The text is a cleaned one: its marks are gone, its hashtags are divided into words.
/// For one thread; allocates nothing once its buffer has grown.
package struct WordScanner {
  /// What else counts as a word.
  package struct Extras: OptionSet, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Stop words.
    package static let stopWords = Extras(rawValue: 1)
    /// What cleaning removes: `@ana`, `#díaNublado`, and of links the beginning, `https://t.co`.
    package static let traces = Extras(rawValue: 2)
  }

  private let extras: Extras
  private let table = ScalarTable.shared
  private let stopWords = StopWords.index
  private var word: [UInt8] = []

  private static let characters = 2...30

  package init(_ extras: Extras = []) { self.extras = extras }

  /// Calls `body` with each word of `text`.
  package mutating func forEachWord(in text: Span<UInt8>, _ body: (Span<UInt8>) -> Void) {
    var offset = 0
    while offset < text.count {
      let scalar = text.scalar(at: offset)
      guard table.class(of: scalar.value).contains(.word) else {
        offset += scalar.length
        continue
      }
      if text.hasIgnoringCase("http", at: offset), text.isLink(at: offset) {
        let end = text.endOfRun(from: offset)
        if extras.contains(.traces) { beginning(ofLink: text.extracting(offset..<end), body) }
        offset = end
        continue
      }
      let sign = sign(before: offset, in: text)
      let isTrace = sign != nil && extras.contains(.traces)
      let (count, hasLetter) = readWord(in: text, at: &offset)
      guard isTrace || sign != UInt8(ascii: "@"), hasLetter, Self.characters.contains(count) else { continue }
      if isTrace, let sign { word.insert(sign, at: 0) }
      let word = word
      if extras.contains(.stopWords) || stopWords.position(of: word.span, in: 0..<word.count) == nil {
        body(word.span)
      }
    }
  }

  /// The sign of a user name or hashtag that begins at `offset`.
  private func sign(before offset: Int, in text: Span<UInt8>) -> UInt8? {
    guard offset > 0 else { return nil }
    let sign = text[offset - 1]
    return sign == UInt8(ascii: "@") || sign == UInt8(ascii: "#") ? sign : nil
  }

  /// Calls `body` with a link up to its path, in small letters.
  private mutating func beginning(ofLink link: Span<UInt8>, _ body: (Span<UInt8>) -> Void) {
    word.removeAll(keepingCapacity: true)
    var slashes = 0
    for index in link.indices {
      let byte = link[index]
      if byte == UInt8(ascii: "/") { slashes += 1 }
      guard slashes < 3, byte > 0x20, byte < 0x7F, word.count < 2 * Self.characters.upperBound else { break }
      word.append((UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte)
    }
    let word = word
    body(word.span)
  }

  /// Reads a run of letters, digits and `_` into `word`.
  private mutating func readWord(in text: Span<UInt8>, at offset: inout Int) -> (count: Int, hasLetter: Bool)
  {
    word.removeAll(keepingCapacity: true)
    var (count, hasLetter) = (0, false)
    while offset < text.count {
      let scalar = text.scalar(at: offset)
      let kind = table.class(of: scalar.value)
      guard !kind.isDisjoint(with: [.word, .format]) else { break }
      offset += scalar.length
      if kind.contains(.format) { continue }
      count += 1
      if !(0x30...0x39).contains(scalar.value), scalar.value != 0x5F { hasLetter = true }
      guard count <= Self.characters.upperBound else { continue }
      let small = table.lowercase(of: scalar.value)
      word.appendScalar(small == ScalarTable.severalScalars ? scalar.value : small)
    }
    return (count, hasLetter)
  }
}

extension Span<UInt8> {
  /// Whether `http` at `offset` begins a link.
  fileprivate func isLink(at offset: Int) -> Bool {
    has("://", at: offset + 4) || hasIgnoringCase("s://", at: offset + 4)
  }

  /// The first white space from `offset` on, or the end.
  fileprivate func endOfRun(from offset: Int) -> Int {
    var end = offset
    while end < count, self[end] > 0x20 { end += 1 }
    return end
  }
}
