/// Emoticons that end in a sign: `:/`, `:*`, `D:`, `-_-`, `*.*`, `>.<`, `^_^`, `<3`.
extension StandardCleaning {
  /// Copies a sign of `length` bytes, and takes it back with what is before it if it ends a face.
  mutating func symbol(length: Int) {
    let byte = text.bytes[text.read]
    if removeReversedFace() { return }
    text.copy(length)
    if length == 1, let start = startOfFace(endingIn: byte) {
      takeBack(to: start)
      while text.byte(at: text.read) == byte { text.read += 1 }
    } else if let start = startOfMirroredFace(eyeLength: length) {
      takeBack(to: start)
    }
  }

  /// The length of a face drawn with carets, or of one caret: `^^`, `^_^`, `^o^`. No caret stays.
  var caretFaceLength: Int {
    var end = text.read + 1
    while let byte = text.byte(at: end), end - text.read <= 4, Self.isCaretMouth(byte) { end += 1 }
    return text.byte(at: end) == UInt8(ascii: "^") ? end + 1 - text.read : 1
  }

  private static func isCaretMouth(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: ","), UInt8(ascii: "3"): true
    case UInt8(ascii: "o"), UInt8(ascii: "O"), UInt8(ascii: "u"), UInt8(ascii: "w"), UInt8(ascii: "v"): true
    default: false
    }
  }

  /// A heart, whole or broken, is the emoji ❤ in three keys: `<3`, `<333`, `</3`. Not `<30`.
  mutating func heartOrSymbol() {
    var end = text.read + 1
    if let stroke = text.byte(at: end), stroke == UInt8(ascii: "/") || stroke == UInt8(ascii: "\\") {
      end += 1
    }
    let firstThree = end
    while text.byte(at: end) == UInt8(ascii: "3") { end += 1 }
    if end > firstThree, !hasDigit(at: end) {
      remove(end - text.read)
    } else {
      symbol(length: 1)
    }
  }

  /// Removes lone underscores, with the arm before them: the rest of `♡_♡` and `¯\_(ツ)`.
  mutating func removeLoneMouth() {
    guard text.lastWritten == UInt8(ascii: "_") else { return }
    var start = text.write
    while start > text.start, text.bytes[start - 1] == UInt8(ascii: "_") { start -= 1 }
    if start > text.start, text.bytes[start - 1] == UInt8(ascii: "\\") { start -= 1 }
    if start == text.start || text.bytes[start - 1] == UInt8(ascii: " ") { text.unwrite(to: start) }
  }

  /// Where the face begins that the sign just written ends; nil if it ends none.
  private func startOfFace(endingIn sign: UInt8) -> Int? {
    switch sign {
    case UInt8(ascii: "/"):
      return startOfArm ?? (text.byte(at: text.read) == UInt8(ascii: "/") ? nil : startOfSignFace(eyes: ":="))
    case UInt8(ascii: "\\"), UInt8(ascii: "|"): return startOfSignFace(eyes: ":=")
    case UInt8(ascii: "*"): return startOfSignFace(eyes: ":;=")
    case UInt8(ascii: "@"), UInt8(ascii: ">"), UInt8(ascii: "<"): return startOfSignFace(eyes: ":")
    case UInt8(ascii: "$"): return hasDigit(at: text.read) ? nil : startOfSignFace(eyes: ":")
    case UInt8(ascii: ":"): return startOfLetterFace
    default: return nil
    }
  }

  /// `\o/`, and the `_/` that is left of `(ツ)_/¯`.
  private var startOfArm: Int? {
    if text.written(2) == UInt8(ascii: "o"), text.written(3) == UInt8(ascii: "\\") { return text.write - 3 }
    guard text.written(2) == UInt8(ascii: "_") else { return nil }
    let before = text.written(3)
    return before == nil || before == UInt8(ascii: " ") ? text.write - 2 : nil
  }

  /// `:/`, `:-*`, `:'|`: eyes, and perhaps a nose or a tear, before the sign just written.
  private func startOfSignFace(eyes: StaticString) -> Int? {
    let distance = 2 + noseLength(at: 2)
    guard let byte = text.written(distance) else { return nil }
    return eyes.description.utf8.contains(byte) ? text.write - distance : nil
  }

  /// `D:`, `D':`, `c:`, `v:`: a lone mouth, before the eyes just written.
  private var startOfLetterFace: Int? {
    let distance = text.written(2) == UInt8(ascii: "'") ? 3 : 2
    switch text.written(distance) {
    case UInt8(ascii: "D"), UInt8(ascii: "c"), UInt8(ascii: "v"): break
    default: return nil
    }
    let start = text.write - distance
    guard start > text.start, let before = text.bytes.span.scalar(before: start) else { return start }
    return table.class(of: before.value).contains(.word) ? nil : start
  }

  /// `-_-`, `•__•`, `*.*`, `.-.`, `>.<`: the same sign twice, just written the second time, with a mouth
  /// between.
  private func startOfMirroredFace(eyeLength: Int) -> Int? {
    let secondEye = text.write - eyeLength
    var mouth = secondEye
    while mouth > text.start, text.bytes[mouth - 1] == UInt8(ascii: "_") { mouth -= 1 }
    if mouth == secondEye, eyeLength == 1 {
      mouth -= Self.mouthLength(text.written(2), between: text.bytes[secondEye])
    }
    guard mouth < secondEye || isCrossedEyes, mouth - eyeLength >= text.start else { return nil }
    for offset in 0..<eyeLength
    where !Self.areAlike(text.bytes[mouth - eyeLength + offset], text.bytes[secondEye + offset]) {
      return nil
    }
    return mouth - eyeLength
  }

  /// `><`
  private var isCrossedEyes: Bool {
    text.written(1) == UInt8(ascii: "<") && text.written(2) == UInt8(ascii: ">")
  }

  /// 1 if `mouth` can be between eyes of this sort, else 0.
  private static func mouthLength(_ mouth: UInt8?, between eye: UInt8) -> Int {
    switch (eye, mouth) {
    case (UInt8(ascii: "-"), UInt8(ascii: ".")), (UInt8(ascii: "."), UInt8(ascii: "-")),
      (UInt8(ascii: ";"), UInt8(ascii: "-")), (UInt8(ascii: "*"), UInt8(ascii: "-")),
      (UInt8(ascii: "*"), UInt8(ascii: ".")), (UInt8(ascii: "*"), UInt8(ascii: "o")),
      (UInt8(ascii: ">"), UInt8(ascii: ".")), (UInt8(ascii: "<"), UInt8(ascii: ".")):
      1
    default: 0
    }
  }

  private static func areAlike(_ first: UInt8, _ second: UInt8) -> Bool {
    let angles: ClosedRange = UInt8(ascii: "<")...UInt8(ascii: ">")
    return first == second
      || angles.contains(first) && angles.contains(second) && first != UInt8(ascii: "=")
        && second != UInt8(ascii: "=")
  }
}
