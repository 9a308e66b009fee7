/// Finds the marks of a text: what its writer drew into it, each in one spelling for all its variants.
///
/// - **Faces** from the side: `:)` `:D` `;)` `:(` `:'(` `>:(` `:P` `:/` `:*` …, whatever their eyes (`=`), noses,
///   brackets (`]`), direction (`(:`) and number of mouths; `xD`, which stays in the text as a word too.
/// - **Faces** from the front: `^^` `-_-` `T_T` `u_u` `o_o` `x_x` `>.<` `*_*` `._.` `¬¬`; `\o/`, `(y)`, hearts.
/// - **Kaomoji** by what is between their brackets, without spaces and combining marks: `¯\_(ツ)_/¯` is `(ツ)`.
/// - **Emoji** without skin tone, gender and variation selectors; a family is `👪`, a flag is its two letters.
///
/// It reads what `StandardCleaning` is about to remove traces from: normal, without format characters, references
/// decoded. Links and mentions hold no marks. Stricter than cleaning, which removes what only may be a face: of
/// `nota: (esto)` the colon and the brackets go, and no mark comes of it. Total and linear.
struct MarkScanner {
  let table: ScalarTable

  /// Puts the marks of a text into `marks`, in place of those of the text before.
  func scan(_ text: Span<UInt8>, into marks: inout TextMarks) {
    marks.removeAll()
    var state = EmojiState()
    var offset = 0
    while offset < text.count {
      let byte = text[offset]
      if byte >= 0x80 {
        offset = beyondASCII(at: offset, in: text, &state, &marks)
      } else if byte <= 0x20 {
        offset += 1
      } else if byte == UInt8(ascii: "_") || Self.isLetterOrDigit(byte) {
        offset = word(at: offset, in: text, &marks)
      } else {
        offset = sign(byte, at: offset, in: text, &marks)
      }
    }
  }

  // MARK: Words

  /// A run of `\w`, up to a link in it; may be a face or the mouth of one.
  private func word(at start: Int, in text: Span<UInt8>, _ marks: inout TextMarks) -> Int {
    var end = start
    while end < text.count {
      let scalar = text.scalar(at: end)
      let scalarClass = table.class(of: scalar.value)
      guard scalarClass.contains(.word), !scalarClass.contains(.pictograph) else { break }
      let link = table.linkLength(at: end, in: text)
      if link > 0 { return end + link }
      end += scalar.length
    }
    if end == start { return start + 1 }
    return faceOfLetters(start..<end, in: text, &marks) ?? end
  }

  /// A word that is a face, or begins one; says where it ends.
  private func faceOfLetters(_ word: Range<Int>, in text: Span<UInt8>, _ marks: inout TextMarks) -> Int? {
    if isLaughingFace(word, in: text) {
      marks.append("xD")
    } else if let eyes = eyesOverUnderscores(word, in: text) {
      marks.append(eyes)
    } else if let eyes = eyesAroundDot(word, in: text) {
      marks.append(eyes)
      return word.upperBound + 2
    } else {
      return reversedLetterFace(word, in: text, &marks)
    }
    return word.upperBound
  }

  /// `xD`, `XD`, `xd`, `xDDD`
  private func isLaughingFace(_ word: Range<Int>, in text: Span<UInt8>) -> Bool {
    guard word.count >= 2, text[word.lowerBound] | 0x20 == UInt8(ascii: "x") else { return false }
    for offset in word.dropFirst() where text[offset] | 0x20 != UInt8(ascii: "d") { return false }
    return true
  }

  /// `T_T`, `u__u`, `o_O`
  private func eyesOverUnderscores(_ word: Range<Int>, in text: Span<UInt8>) -> StaticString? {
    let last = word.upperBound - 1
    guard word.count >= 3, text[word.lowerBound] | 0x20 == text[last] | 0x20 else { return nil }
    for offset in (word.lowerBound + 1)..<last where text[offset] != UInt8(ascii: "_") { return nil }
    return Self.face(withEyes: text[last])
  }

  /// `T.T`, `u.u`, `o.O`, but not a part of `A.U.U`.
  private func eyesAroundDot(_ word: Range<Int>, in text: Span<UInt8>) -> StaticString? {
    let (eye, second) = (word.lowerBound, word.lowerBound + 2)
    guard word.count == 1, text.has(".", at: eye + 1), let byte = text.byte(at: second),
      byte | 0x20 == text[eye] | 0x20, byte != UInt8(ascii: "E"), !text.has(".", at: eye - 1),
      !text.has(".", at: second + 1), !isWord(at: second + 1, in: text)
    else { return nil }
    return Self.face(withEyes: byte)
  }

  private static func face(withEyes eye: UInt8) -> StaticString? {
    switch eye | 0x20 {
    case UInt8(ascii: "t"), UInt8(ascii: "q"), UInt8(ascii: "y"): "T_T"
    case UInt8(ascii: "u"): "u_u"
    case UInt8(ascii: "n"): "n_n"
    case UInt8(ascii: "o"), UInt8(ascii: "0"): "o_o"
    case UInt8(ascii: "x"): "x_x"
    case UInt8(ascii: "e"): "e_e"
    default: nil
    }
  }

  /// `D:`, `D':`, `c:`, `v:`, where nothing is drawn behind the eyes.
  private func reversedLetterFace(
    _ word: Range<Int>, in text: Span<UInt8>, _ marks: inout TextMarks
  ) -> Int? {
    let eyes = text.has("'", at: word.upperBound) ? word.upperBound + 1 : word.upperBound
    guard word.count == 1, text.has(":", at: eyes), isSpace(at: eyes + 1, in: text),
      isSpace(at: word.lowerBound - 1, in: text)
    else { return nil }
    switch text[word.lowerBound] {
    case UInt8(ascii: "D"): marks.append("D:")
    case UInt8(ascii: "c"): marks.append("c:")
    case UInt8(ascii: "v"): marks.append(":v")
    default: return nil
    }
    return eyes + 1
  }

  // MARK: Characters

  static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: false
    }
  }

  /// Whether a letter, a digit or an underscore is at `offset`.
  func isWord(at offset: Int, in text: Span<UInt8>) -> Bool {
    offset >= 0 && table.contains(.word, at: offset, of: text)
      && !table.contains(.pictograph, at: offset, of: text)
  }

  /// Whether white space or an end of the text is at `offset`.
  func isSpace(at offset: Int, in text: Span<UInt8>) -> Bool {
    text.byte(at: offset).map { $0 <= 0x20 } ?? true
  }

  // MARK: Emoji

  /// What the scalar just before was.
  struct EmojiState {
    /// Where the last emoji ended.
    var end = -1
    var isPerson = false
  }

  private func beyondASCII(
    at offset: Int, in text: Span<UInt8>, _ state: inout EmojiState, _ marks: inout TextMarks
  ) -> Int {
    let scalar = text.scalar(at: offset)
    let end = offset + scalar.length
    if let endOfFace = drawnFace(scalar, at: offset, in: text, &marks) { return endOfFace }
    switch scalar.value {
    case Emoji.skinTones: if state.end == offset { state.end = end }
    case Emoji.genders where state.end == offset: state.end = end
    case Emoji.flagLetters:
      guard end < text.count, Emoji.flagLetters.contains(text.scalar(at: end).value) else { return end }
      marks.append { $0.append(text, in: offset..<(end + scalar.length)) }
      return end + scalar.length
    case _ where Emoji.isMark(scalar.value): emoji(scalar.value, at: offset..<end, &state, &marks)
    case _ where isWord(at: offset, in: text): return word(at: offset, in: text, &marks)
    default: break
    }
    return end
  }

  /// Persons that follow each other are a family: their joiners are gone.
  private func emoji(
    _ value: UInt32, at range: Range<Int>, _ state: inout EmojiState, _ marks: inout TextMarks
  ) {
    let isPerson = Emoji.isPerson(value)
    if isPerson, state.isPerson, state.end == range.lowerBound {
      marks.removeLast()
      marks.append(scalar: Emoji.family)
    } else {
      marks.append(scalar: Emoji.hearts.contains(value) ? Emoji.heart : value)
    }
    state = EmojiState(end: range.upperBound, isPerson: isPerson)
  }
}

/// Which scalars are what among emoji.
enum Emoji {
  static let skinTones: ClosedRange<UInt32> = 0x1F3FB...0x1F3FF
  /// ♀ … ♂, and ⚕ between joiners.
  static let genders: ClosedRange<UInt32> = 0x2640...0x2642
  static let flagLetters: ClosedRange<UInt32> = 0x1F1E6...0x1F1FF
  static let family: UInt32 = 0x1F46A
  static let heart: UInt32 = 0x2764
  /// ♡ ♥
  static let hearts: [UInt32] = [0x2661, 0x2665]

  static func isPerson(_ value: UInt32) -> Bool {
    switch value {
    case 0x1F466...0x1F46A, 0x1F476, 0x1F9D1, 0x1F9D2: true
    default: false
    }
  }

  /// Whether a scalar is meaningful alone; arrows and box drawings are not.
  static func isMark(_ value: UInt32) -> Bool {
    switch value {
    case 0x203C, 0x2049, 0x231A, 0x231B, 0x23E9...0x23FA, 0x2600...0x27BF, 0x2B50, 0x2B55: true
    case skinTones: false
    case 0x1F000...0x1F0FF, 0x1F18E, 0x1F191...0x1F19A, 0x1F201...0x1FAFF: true
    default: false
    }
  }
}
