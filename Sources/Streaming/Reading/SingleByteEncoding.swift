/// Encodings of one byte a character, turned into UTF-8.
enum SingleByteEncoding {
  /// Appends `text` as UTF-8.
  static func transcode(
    _ text: Span<UInt8>, from encoding: ReadingOptions.Encoding, appendingTo output: inout [UInt8]
  ) {
    for index in text.indices {
      let byte = text[index]
      if encoding == .windows1252, 0x80..<0xA0 ~= byte {
        output.append(scalar: windows1252[Int(byte - 0x80)])
      } else {
        output.append(scalar: Unicode.Scalar(byte))
      }
    }
  }

  /// 0x80…0x9F of windows-1252; the five that it leaves undefined stay control characters, as browsers read them
  /// (WHATWG Encoding Standard).
  private static let windows1252: [Unicode.Scalar] = [
    "\u{20AC}", "\u{81}", "\u{201A}", "\u{192}", "\u{201E}", "\u{2026}", "\u{2020}", "\u{2021}",
    "\u{2C6}", "\u{2030}", "\u{160}", "\u{2039}", "\u{152}", "\u{8D}", "\u{17D}", "\u{8F}",
    "\u{90}", "\u{2018}", "\u{2019}", "\u{201C}", "\u{201D}", "\u{2022}", "\u{2013}", "\u{2014}",
    "\u{2DC}", "\u{2122}", "\u{161}", "\u{203A}", "\u{153}", "\u{9D}", "\u{17E}", "\u{178}",
  ]
}
