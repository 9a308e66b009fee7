/// The profile `standard`: words and punctuation stay, and no trace of what labelled the tweet.
///
/// Tweets are labelled by their emoticons and emoji (`animo train label`), so a model that sees any part of
/// them learns to find them again instead of reading the words. After `Normaliser` three passes over the bytes,
/// each linear:
///
/// 1. ill-formed UTF-8 is repaired, every white space and control character becomes a space, format
///    characters (zero-width spaces, soft hyphens, joiners, direction marks) go, each word of a hashtag gets
///    its own `#`;
/// 2. only where there is an `&`: HTML character references are decoded, however often they were encoded
///    (`&amp;lt;3` is `<3`);
/// 3. links, mentions, `#`, emoji and emoticons are removed, each leaving a space; spaces are folded and
///    trimmed.
///
/// Cleaning what is clean changes nothing. That holds because what is removed always leaves a space, so that
/// nothing new can touch; because rules look *back* at what was written, not ahead at what may still be
/// removed; and because the few that look ahead begin at a character that never stays (a bracket, `^`, `#`)
/// or at one that is followed by the same bytes the next time.
struct StandardCleaning {
  var text: InPlaceText
  let table: ScalarTable
  /// Where eyes would be read that belong to the bracket just removed, as in `(:`.
  var reversedFaceOffset: Int?
  /// Where it wrote when the eyes of a reversed face were removed: a mouth may still follow, as in `):D`.
  var removedEyesEnd: Int?

  /// The first pass; says whether there is an ampersand.
  static func appendSpaced(
    _ text: Span<UInt8>, table: ScalarTable, to output: inout [UInt8]
  ) -> Bool {
    // An array without memory writes its count to what all such arrays share.
    guard !text.isEmpty else { return false }
    var hasAmpersand = false
    output.append(addingCapacity: DecodedScalar.largestGrowth * text.count) { output in
      var offset = 0
      var hashtag = HashtagWords()
      while offset < text.count {
        let scalar = text.scalar(at: offset)
        offset += scalar.length
        let scalarClass = table.class(of: scalar.value)
        if scalarClass.isDisjoint(with: [.space, .control, .format]) {
          switch hashtag.step(scalar.value, scalarClass) {
          case .goesOn: output.appendScalar(scalar.value)
          case .separates: output.append(UInt8(ascii: "#"))
          case .beginsWord:
            output.append(UInt8(ascii: "#"))
            output.appendScalar(scalar.value)
          }
          if scalar.value == UInt32(UInt8(ascii: "&")) { hasAmpersand = true }
        } else if !scalarClass.contains(.format) {
          hashtag = HashtagWords()
          output.append(UInt8(ascii: " "))
        }
      }
    }
    return hasAmpersand
  }

  /// The third pass.
  mutating func removeTraces() {
    while !text.isAtEnd { step(text.bytes[text.read]) }
    removeLoneMouth()
    if text.lastWritten == UInt8(ascii: " ") { text.unwrite(to: text.write - 1) }
    text.endPass()
  }

  private mutating func step(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      word()
    case 0...0x20, 0x7F: remove(1)
    case 0x80...: notASCII()
    case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "["), UInt8(ascii: "]"),
      UInt8(ascii: "{"), UInt8(ascii: "}"):
      brackets()
    case UInt8(ascii: "@"): mention()
    case UInt8(ascii: "#"): remove(1)
    case UInt8(ascii: "^"): remove(caretFaceLength)
    case UInt8(ascii: "<"): heartOrSymbol()
    default: symbol(length: 1)
    }
  }

  /// Replaces the next `count` bytes by a space.
  mutating func remove(_ count: Int) {
    text.read += count
    separate()
  }

  /// Takes back what was written from `offset` on, leaving a space for it.
  mutating func takeBack(to offset: Int) {
    text.unwrite(to: offset)
    separate()
  }

  /// Ends what was written with one space, except at the beginning.
  private mutating func separate() {
    removeLoneMouth()
    if let last = text.lastWritten, last != UInt8(ascii: " ") { text.put(UInt8(ascii: " ")) }
  }

  /// A scalar beyond ASCII: a letter, a sign, or one that is removed.
  private mutating func notASCII() {
    let scalar = text.bytes.span.scalar(at: text.read)
    let scalarClass = table.class(of: scalar.value)
    if !scalarClass.isDisjoint(with: [.pictograph, .space, .control, .format]) {
      remove(scalar.length)
    } else if scalarClass.contains(.word) {
      word()
    } else {
      symbol(length: scalar.length)
    }
  }

  /// Copies a word (`\w+`), up to a link that begins inside it.
  private mutating func word() {
    let wordStart = text.write
    let (end, linkLength) = endOfWord
    text.copy(end - text.read)
    wordEnded(from: wordStart)
    if linkLength > 0 { remove(linkLength) }
  }

  /// Where the word ends that begins where the text is read, and the length of the link there, if there is
  /// one.
  private var endOfWord: (end: Int, linkLength: Int) {
    let bytes = text.bytes.span
    var end = text.read
    while end < bytes.count {
      let scalar = bytes.scalar(at: end)
      let scalarClass = table.class(of: scalar.value)
      guard scalarClass.contains(.word), !scalarClass.contains(.pictograph) else { break }
      let linkLength = linkLength(at: end)
      if linkLength > 0 { return (end, linkLength) }
      end += scalar.length
    }
    return (end, 0)
  }
}
