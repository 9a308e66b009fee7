/// Faces that begin with a sign.
extension MarkScanner {
  /// Reads a mark that begins with an ASCII sign; returns where to continue.
  func sign(_ byte: UInt8, at offset: Int, in text: Span<UInt8>, _ marks: inout TextMarks) -> Int {
    let end: Int? =
      switch byte {
      case UInt8(ascii: ":"), UInt8(ascii: "="), UInt8(ascii: ";"):
        tears(at: offset, in: text, &marks) ?? face(eyes: offset, in: text, hasBrows: false, &marks)
      case UInt8(ascii: ">"):
        angry(at: offset, in: text, &marks) ?? mirrored(at: offset, in: text, &marks)
      case UInt8(ascii: "<"): heart(at: offset, in: text, &marks) ?? mirrored(at: offset, in: text, &marks)
      case UInt8(ascii: "("): bracket(at: offset, in: text, &marks)
      case UInt8(ascii: ")"): reversed(at: offset, in: text, &marks)
      case UInt8(ascii: "^"): carets(at: offset, in: text, &marks)
      case UInt8(ascii: "-"), UInt8(ascii: "*"), UInt8(ascii: "."): mirrored(at: offset, in: text, &marks)
      case UInt8(ascii: "\\"): arms(at: offset, in: text, &marks)
      case UInt8(ascii: "@"): table.end(of: .word, from: offset + 1, in: text)
      default: nil
      }
    return end ?? offset + 1
  }

  // MARK: From the side

  /// Eyes, at most two noses or tears, and a mouth, once or many times.
  private func face(
    eyes: Int, in text: Span<UInt8>, hasBrows: Bool, _ marks: inout TextMarks
  ) -> Int? {
    var (mouth, hasTear) = (eyes + 1, false)
    for _ in 0..<2 {
      let length = text.noseLength(at: mouth)
      if length > 0, !text.has("-", at: mouth) { hasTear = true }
      mouth += length
    }
    guard let byte = text.byte(at: mouth), byte < 0x80, !Self.areEyes(byte) else { return nil }
    var end = mouth + 1
    while text.byte(at: end) == byte { end += 1 }
    let drawing = Drawing(
      eyes: text[eyes], hasTear: hasTear, hasBrows: hasBrows, mouth: byte, isRepeated: end - mouth > 1,
      isAlone: mouth == eyes + 1, isBeforeWord: isWord(at: end, in: text), next: text.byte(at: end),
      previous: text.byte(at: eyes - 1))
    guard let mark = drawing.mark else { return nil }
    marks.append(mark)
    return end
  }

  /// Ensures that a long row of eyes is scanned once only.
  private static func areEyes(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: ":") || byte == UInt8(ascii: ";") || byte == UInt8(ascii: "=")
  }

  /// `>:(`
  private func angry(at offset: Int, in text: Span<UInt8>, _ marks: inout TextMarks) -> Int? {
    guard text.has(":", at: offset + 1) || text.has("=", at: offset + 1) else { return nil }
    return face(eyes: offset + 1, in: text, hasBrows: true, &marks)
  }

  /// `(y)`, kaomoji, `(:`
  private func bracket(at offset: Int, in text: Span<UInt8>, _ marks: inout TextMarks) -> Int? {
    if text.hasIgnoringCase("(y)", at: offset), !text.endsWord(before: offset) {
      marks.append("(y)")
      return offset + 3
    }
    return kaomoji(at: offset, to: 0x29, in: text, &marks) ?? reversed(at: offset, in: text, &marks)
  }

  /// `(:`, `((:`, `(-:`, `):`, `)':`: a mouth, perhaps a nose, and eyes, with spaces around.
  private func reversed(at mouth: Int, in text: Span<UInt8>, _ marks: inout TextMarks) -> Int? {
    guard isSpace(at: mouth - 1, in: text) else { return nil }
    var nose = mouth + 1
    while text.byte(at: nose) == text[mouth] { nose += 1 }
    let hasTear = text.has("'", at: nose)
    let eyes = hasTear || text.has("-", at: nose) ? nose + 1 : nose
    guard let byte = text.byte(at: eyes), isSpace(at: eyes + 1, in: text) else { return nil }
    switch (byte, text[mouth]) {
    case (UInt8(ascii: ":"), UInt8(ascii: "(")), (UInt8(ascii: "="), UInt8(ascii: "(")): marks.append(":)")
    case (UInt8(ascii: ";"), UInt8(ascii: "(")): marks.append(";)")
    case (UInt8(ascii: ":"), _), (UInt8(ascii: "="), _): marks.append(hasTear ? ":'(" : ":(")
    default: return nil
    }
    return eyes + 1
  }

  /// `<3`, `<333`, `</3`; not `<30`.
  private func heart(at offset: Int, in text: Span<UInt8>, _ marks: inout TextMarks) -> Int? {
    let isBroken = text.has("/", at: offset + 1) || text.has("\\", at: offset + 1)
    let three = isBroken ? offset + 2 : offset + 1
    var end = three
    while text.has("3", at: end) { end += 1 }
    guard end > three, !text.hasDigit(at: end) else { return nil }
    if isBroken { marks.append("</3") } else { marks.append("<3") }
    return end
  }

  /// `\o/`
  private func arms(at offset: Int, in text: Span<UInt8>, _ marks: inout TextMarks) -> Int? {
    guard text.hasIgnoringCase("\\o/", at: offset) else { return nil }
    marks.append("\\o/")
    return offset + 3
  }

  // MARK: From the front

  /// `;_;`, `;-;`
  private func tears(at offset: Int, in text: Span<UInt8>, _ marks: inout TextMarks) -> Int? {
    guard text.has(";", at: offset) else { return nil }
    let end = endOfMouth(at: offset + 1, in: text, of: "_-")
    guard end > offset + 1, text.has(";", at: end) else { return nil }
    marks.append("T_T")
    return end + 1
  }

  /// `^^`, `^_^`, `^o^`
  private func carets(at offset: Int, in text: Span<UInt8>, _ marks: inout TextMarks) -> Int? {
    let end = endOfMouth(at: offset + 1, in: text, of: "_.-,3oOuwv")
    guard text.has("^", at: end) else { return nil }
    marks.append("^^")
    return end + 1
  }

  /// `-_-`, `-.-`, `._.`, `.-.`, `*_*`, `*.*`, `*o*`, `>.<`, `>_<`, `><`, `>_>`, `<_<`
  private func mirrored(at offset: Int, in text: Span<UInt8>, _ marks: inout TextMarks) -> Int? {
    let eye = text[offset]
    guard text.byte(at: offset - 1) != eye else { return nil }
    let end = endOfMouth(at: offset + 1, in: text, of: Self.mouths(between: eye))
    let hasMouth = end > offset + 1
    guard let second = text.byte(at: end), text.byte(at: end + 1) != second,
      !hasMouth || text[offset + 1] != eye
    else { return nil }
    switch (eye, second) {
    case (UInt8(ascii: "-"), UInt8(ascii: "-")) where hasMouth && !isWord(at: end + 1, in: text):
      marks.append("-_-")
    case (UInt8(ascii: "."), UInt8(ascii: ".")) where hasMouth: marks.append("._.")
    case (UInt8(ascii: "*"), UInt8(ascii: "*")) where hasMouth: marks.append("*_*")
    case (UInt8(ascii: ">"), UInt8(ascii: "<")): marks.append(">.<")
    case (UInt8(ascii: ">"), UInt8(ascii: ">")) where hasMouth,
      (UInt8(ascii: "<"), UInt8(ascii: "<")) where hasMouth:
      marks.append(">_>")
    default: return nil
    }
    return end + 1
  }

  private static func mouths(between eye: UInt8) -> StaticString {
    switch eye {
    case UInt8(ascii: "*"): "_.-o"
    case UInt8(ascii: "."): "_-"
    default: "_."
    }
  }

  /// Behind underscores, or one other sign of `mouths`.
  private func endOfMouth(at offset: Int, in text: Span<UInt8>, of mouths: StaticString) -> Int {
    var end = offset
    while text.has("_", at: end) { end += 1 }
    guard end == offset, let byte = text.byte(at: offset) else { return end }
    return mouths.description.utf8.contains(byte) ? offset + 1 : offset
  }
}

/// A face from the side, as in the text.
private struct Drawing {
  var eyes: UInt8
  var hasTear: Bool
  var hasBrows: Bool
  var mouth: UInt8
  var isRepeated: Bool
  /// No nose and no tear.
  var isAlone: Bool
  /// What follows the mouth, and what precedes the eyes.
  var isBeforeWord: Bool
  var next: UInt8?
  var previous: UInt8?

  /// The canonical spelling of the face; nil if it is not one.
  var mark: StaticString? {
    switch mouth {
    case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
      eyes == UInt8(ascii: ";") ? ";)" : hasTear ? ":')" : ":)"
    case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"):
      // `ver:(nota)` has no face.
      isBeforeWord && !isRepeated ? nil : sad
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "3"):
      isBeforeWord ? nil : markOfLetter
    default: eyes == UInt8(ascii: ":") || eyes == UInt8(ascii: "=") ? markOfSign : nil
    }
  }

  private var sad: StaticString { hasTear ? ":'(" : hasBrows ? ">:(" : ":(" }

  private var markOfLetter: StaticString? {
    switch mouth | 0x20 {
    case UInt8(ascii: "d"): hasTear ? ":'D" : ":D"
    case UInt8(ascii: "p"): ":P"
    case UInt8(ascii: "o"): ":o"
    default: eyes == UInt8(ascii: ":") ? markUnderColon : nil
    }
  }

  private var markUnderColon: StaticString? {
    switch mouth | 0x20 {
    case UInt8(ascii: "c"): sad
    case UInt8(ascii: "s"): ":S"
    case UInt8(ascii: "v"): ":v"
    case UInt8(ascii: "x"): ":x"
    case UInt8(ascii: "3"): previous.map { (0x30...0x39).contains($0) } == true ? nil : ":3"
    default: nil
    }
  }

  private var markOfSign: StaticString? {
    switch mouth {
    case UInt8(ascii: "/"), UInt8(ascii: "\\"): isRepeated || isBeforeWord ? nil : ":/"
    case UInt8(ascii: "|"): ":|"
    case UInt8(ascii: "*"): ":*"
    case UInt8(ascii: "@"): isBeforeWord || eyes != UInt8(ascii: ":") ? nil : ":@"
    case UInt8(ascii: "$"): isBeforeWord || eyes != UInt8(ascii: ":") ? nil : ":$"
    case UInt8(ascii: ">"): isAlone && eyes == UInt8(ascii: ":") ? ":)" : nil
    case UInt8(ascii: "<"): isAlone && eyes == UInt8(ascii: ":") && !isBeforeWord ? sad : nil
    default: nil
    }
  }
}

extension Span<UInt8> {
  /// The byte at `offset`; nil outside.
  func byte(at offset: Int) -> UInt8? {
    indices.contains(offset) ? self[offset] : nil
  }

  /// Whether an ASCII letter or digit is just before `offset`.
  fileprivate func endsWord(before offset: Int) -> Bool {
    byte(at: offset - 1).map(MarkScanner.isLetterOrDigit) ?? false
  }

  fileprivate func hasDigit(at offset: Int) -> Bool {
    byte(at: offset).map { (0x30...0x39).contains($0) } ?? false
  }

  /// The length of `-`, `'`, `^` or `’` at `offset`; 0 if there is none.
  fileprivate func noseLength(at offset: Int) -> Int {
    switch byte(at: offset) {
    case UInt8(ascii: "-"), UInt8(ascii: "'"), UInt8(ascii: "^"): 1
    case 0xE2 where byte(at: offset + 1) == 0x80 && byte(at: offset + 2) == 0x99: 3
    default: 0
    }
  }
}
