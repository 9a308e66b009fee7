// Texts in quotation marks.
extension TOMLReader {
  /// `"a\n"`.
  mutating func basicString() throws(TOMLError) -> String {
    position += 1
    var content = String.UnicodeScalarView()
    while true {
      switch peek {
      case "\"":
        position += 1
        return string(content)
      case "\\":
        position += 1
        content.append(try escape())
      default: content.append(try character(endedBy: "\""))
      }
    }
  }

  /// `'a\n'`, in which a backslash is a backslash.
  mutating func literalString() throws(TOMLError) -> String {
    position += 1
    var content = String.UnicodeScalarView()
    while true {
      if take("'") { return string(content) }
      content.append(try character(endedBy: "'"))
    }
  }

  /// `"""` over several lines.
  mutating func longBasicString() throws(TOMLError) -> String {
    try long(quote: "\"") { reader, content throws(TOMLError) in
      guard reader.take("\\") else { return false }
      if try !reader.skipFoldedLines() { content.append(try reader.escape()) }
      return true
    }
  }

  /// `'''` over several lines.
  mutating func longLiteralString() throws(TOMLError) -> String {
    try long(quote: "'") { _, _ in false }
  }

  /// - Parameter special: takes what is not to be copied; whether there was something.
  private mutating func long(
    quote: Unicode.Scalar,
    _ special: (inout TOMLReader, inout String.UnicodeScalarView) throws(TOMLError) -> Bool
  ) throws(TOMLError) -> String {
    let begin = line
    position += 3
    // A line break right after the quotation marks is not part of the text.
    _ = try lineBreak()
    var content = String.UnicodeScalarView()
    while true {
      if peek == quote {
        let run = scalars[position...].prefix(5).prefix { $0 == quote }.count
        position += run
        // Up to two quotation marks are allowed right before the closing three.
        for _ in 0..<(run < 3 ? run : run - 3) { content.append(quote) }
        guard run < 3 else { return string(content) }
      } else if try lineBreak() {
        content.append("\n")
      } else if try !special(&self, &content) {
        guard peek != nil else {
          throw error(expected: "three quotation marks that end the text that begins on line \(begin)")
        }
        content.append(try character(endedBy: quote))
      }
    }
  }

  /// A character of a text on one line.
  private mutating func character(endedBy quote: Unicode.Scalar) throws(TOMLError) -> Unicode.Scalar {
    guard let scalar = peek, !scalar.isControl else {
      throw error(expected: "a quotation mark (\(quote == "'" ? "'" : "\"")) that ends the text")
    }
    position += 1
    return scalar
  }

  /// The character that is meant by what is after a backslash.
  private mutating func escape() throws(TOMLError) -> Unicode.Scalar {
    let escapes: [Unicode.Scalar: Unicode.Scalar] = [
      "b": "\u{8}", "t": "\t", "n": "\n", "f": "\u{C}", "r": "\r", "\"": "\"", "\\": "\\",
    ]
    if let scalar = peek, let escaped = escapes[scalar] {
      position += 1
      return escaped
    }
    guard let length = peek == "u" ? 4 : peek == "U" ? 8 : nil else {
      throw error(expected: "one of b t n f r u U \" \\ after a backslash")
    }
    let digits = scalars[position...].dropFirst().prefix(length)
    guard digits.count == length, digits.allSatisfy(\.isLetterOrDigit),
      let number = UInt32(text(digits.startIndex..<digits.endIndex), radix: 16),
      let scalar = Unicode.Scalar(number)
    else { throw error(expected: "\(length) hexadecimal digits of a character") }
    position += 1 + length
    return scalar
  }

  /// Skips a line end after a backslash, and all following blanks and line breaks; returns false if there is none.
  private mutating func skipFoldedLines() throws(TOMLError) -> Bool {
    let begin = position
    while let scalar = peek, scalar == " " || scalar == "\t" { position += 1 }
    guard try lineBreak() else {
      position = begin
      return false
    }
    while true {
      while let scalar = peek, scalar == " " || scalar == "\t" { position += 1 }
      guard try lineBreak() else { return true }
    }
  }

  private func string(_ content: String.UnicodeScalarView) -> String { String(content) }
}
