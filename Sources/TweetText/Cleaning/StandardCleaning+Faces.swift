/// Emoticons. Which characters are eyes, noses and mouths was read off tweets: `:c` and `D:` occur in sad ones, `:3`,
/// `=D` and `<3` in happy ones, nearly without exception.
///
/// Faces that are used as words and occur in all kinds of tweets are kept: `xD`, `uwu`, `jaja`.
extension StandardCleaning {
  // MARK: Faces with brackets

  /// Removes a run of brackets and the eyes around it: `:)`, `: - (`, `:'(((`, `>:(`, `=]`, `(:`, `)-;`.
  ///
  /// All brackets are removed, as a `(` may be the rest of a sad face whose eyes were an emoji. `(y)`, a thumb up,
  /// goes with its letter.
  mutating func brackets() {
    if isThumbUp { return remove(3) }
    let eyes = startOfEyes(before: text.write, spaced: true)
    if let eyes { text.unwrite(to: eyes) }
    var end = text.read
    while let byte = text.byte(at: end), Self.isBracket(byte) { end += 1 }
    remove(end - text.read)
    if eyes == nil { expectReversedFace() }
  }

  /// Notes that following eyes, or a nose, belong to a reversed face: immediately, or after one space.
  private mutating func expectReversedFace() {
    reversedFaceOffset = text.byte(at: text.read) == UInt8(ascii: " ") ? text.read + 1 : text.read
  }

  private var isThumbUp: Bool {
    let bytes = text.bytes.span
    guard bytes.hasIgnoringCase("(y)", at: text.read) else { return false }
    guard let last = text.lastWritten else { return true }
    return last < 0x80 && !table.class(of: UInt32(last)).contains(.word)
  }

  private static func isBracket(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "["), UInt8(ascii: "]"),
      UInt8(ascii: "{"), UInt8(ascii: "}"):
      true
    default: false
    }
  }

  private static func areEyes(_ byte: UInt8?) -> Bool {
    byte == UInt8(ascii: ":") || byte == UInt8(ascii: ";") || byte == UInt8(ascii: "=")
  }

  private static func isNose(_ byte: UInt8?) -> Bool {
    byte == UInt8(ascii: "-") || byte == UInt8(ascii: "'")
  }

  /// Where the eyes begin that belong to a mouth at `offset`: two dots, at most two noses or tears (`:'-(`,
  /// `:’(`), and with `spaced` a space on either side of them. Frowning brows go too (`>:(`). Nil if there
  /// are no eyes.
  private func startOfEyes(before offset: Int, spaced: Bool) -> Int? {
    var position = text.write - offset + 1
    if spaced, text.written(position) == UInt8(ascii: " ") { position += 1 }
    for _ in 0..<2 { position += noseLength(at: position) }
    if spaced, text.written(position) == UInt8(ascii: " ") { position += 1 }
    guard Self.areEyes(text.written(position)) else { return nil }
    if text.written(position + 1) == UInt8(ascii: ">") { position += 1 }
    return text.write - position
  }

  /// The length of `-`, `'` or `’` that ends `distance` before the next byte to write; 0 if there is none.
  func noseLength(at distance: Int) -> Int {
    if Self.isNose(text.written(distance)) { return 1 }
    let isApostrophe =
      text.written(distance) == 0x99 && text.written(distance + 1) == 0x80
      && text.written(distance + 2) == 0xE2
    return isApostrophe ? 3 : 0
  }

  /// Removes what is read if it is the eyes of a face whose bracket was just removed, or the nose before
  /// them.
  mutating func removeReversedFace() -> Bool {
    guard reversedFaceOffset == text.read, let byte = text.byte(at: text.read) else { return false }
    if Self.areEyes(byte) {
      remove(1)
      removedEyesEnd = text.write
      return true
    }
    let next = text.byte(at: text.read + 1)
    let afterSpace = next == UInt8(ascii: " ") ? text.byte(at: text.read + 2) : next
    guard Self.isNose(byte), Self.areEyes(afterSpace) else { return false }
    remove(1)
    expectReversedFace()
    return true
  }

  // MARK: Faces that end in a letter or digit

  /// Called when a word was written: takes it back if it ends a face.
  mutating func wordEnded(from wordStart: Int) {
    let length = text.write - wordStart
    guard length > 0 else { return }
    if isLeadingRetweetMark(from: wordStart) || isEyesOverUnderscores(from: wordStart) {
      takeBack(to: wordStart)
    } else if let eyes = eyes(ofMouth: wordStart) ?? eyesAroundDot(from: wordStart) {
      takeBack(to: eyes)
    }
  }

  /// `RT` at the beginning of a tweet.
  private func isLeadingRetweetMark(from wordStart: Int) -> Bool {
    wordStart == text.start && text.write - wordStart == 2
      && text.bytes[wordStart] == UInt8(ascii: "R") && text.bytes[wordStart + 1] == UInt8(ascii: "T")
  }

  /// `T_T`, `u__u`, `o_O`: two equal letters, in small or capitals, with nothing but underscores between.
  private func isEyesOverUnderscores(from wordStart: Int) -> Bool {
    let last = text.write - 1
    guard last - wordStart >= 2, text.bytes[wordStart + 1] == UInt8(ascii: "_"),
      Self.isEyeLetter(text.bytes[wordStart]), text.bytes[wordStart] | 0x20 == text.bytes[last] | 0x20
    else { return false }
    return text.bytes[(wordStart + 1)..<last].allSatisfy { $0 == UInt8(ascii: "_") }
  }

  /// `T.T`, `u.u`, `n.n`, `o.O`, but neither `E.E` nor a part of `A.U.U`: its start; nil if there is none.
  private func eyesAroundDot(from wordStart: Int) -> Int? {
    guard text.write - wordStart == 1, wordStart - text.start >= 2,
      text.bytes[wordStart - 1] == UInt8(ascii: "."),
      Self.isEyeLetter(text.bytes[wordStart]), text.bytes[wordStart] != UInt8(ascii: "E"),
      text.bytes[wordStart - 2] | 0x20 == text.bytes[wordStart] | 0x20
    else { return nil }
    return isWordOrDot(before: wordStart - 2) ? nil : wordStart - 2
  }

  private static func isEyeLetter(_ byte: UInt8) -> Bool {
    switch byte | 0x20 {
    case UInt8(ascii: "t"), UInt8(ascii: "u"), UInt8(ascii: "n"), UInt8(ascii: "o"), UInt8(ascii: "x"),
      UInt8(ascii: "e"), UInt8(ascii: "q"), UInt8(ascii: "y"):
      true
    case UInt8(ascii: "0"): true
    default: false
    }
  }

  private func isWordOrDot(before offset: Int) -> Bool {
    guard offset > text.start, let scalar = text.bytes.span.scalar(before: offset) else { return false }
    return scalar.value == UInt32(UInt8(ascii: ".")) || table.class(of: scalar.value).contains(.word)
  }

  /// Where a face begins whose mouth is the word from `wordStart` on: `:D`, `:-P`, `=DDD`, `:'c`, `:v`, `:3`.
  ///
  /// The mouth is one letter, or one letter several times, and nothing else: `título:Dos` has no face,
  /// `es: de` none.
  private func eyes(ofMouth wordStart: Int) -> Int? {
    let mouth = text.bytes[wordStart]
    guard text.bytes[wordStart..<text.write].allSatisfy({ $0 == mouth }) else { return nil }
    if removedEyesEnd == wordStart, Self.isMouth(mouth, under: UInt8(ascii: ":")) { return wordStart }
    guard let start = startOfEyes(before: wordStart, spaced: false) else { return nil }
    let eyes = text.bytes[start] == UInt8(ascii: ">") ? text.bytes[start + 1] : text.bytes[start]
    guard Self.isMouth(mouth, under: eyes) else { return nil }
    return mouth == UInt8(ascii: "3") && isDigit(before: start) ? nil : start
  }

  private static func isMouth(_ byte: UInt8, under eyes: UInt8) -> Bool {
    switch byte | 0x20 {
    case UInt8(ascii: "d"), UInt8(ascii: "p"), UInt8(ascii: "o"): true
    case UInt8(ascii: "c"), UInt8(ascii: "s"), UInt8(ascii: "v"), UInt8(ascii: "x"): eyes == UInt8(ascii: ":")
    case UInt8(ascii: "3"): eyes == UInt8(ascii: ":")
    default: false
    }
  }

  private func isDigit(before offset: Int) -> Bool {
    offset > text.start && (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(text.bytes[offset - 1])
  }
}
