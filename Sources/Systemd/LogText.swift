internal import Logging

/// How a message is written on one line: the sentence, then its facts as `key=value` in the order of the keys.
enum LogText {
  /// One line, without a line end.
  static func line(_ message: String, _ metadata: Logger.Metadata) -> String {
    var text = ""
    append(message, to: &text)
    for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
      text += " " + key + "="
      let value = value.description
      let needsQuotes =
        value.isEmpty || value.unicodeScalars.contains { $0 == " " || $0 == "\"" || $0 == "=" }
      if needsQuotes { text += "\"" }
      append(value, escapingQuotes: needsQuotes, to: &text)
      if needsQuotes { text += "\"" }
    }
    return text
  }

  /// Copies `part`, with control characters as `\u{N}`, so that no text from outside can begin a line.
  private static func append(_ part: String, escapingQuotes: Bool = false, to text: inout String) {
    for scalar in part.unicodeScalars {
      if scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) {
        text += "\\u{" + String(scalar.value, radix: 16) + "}"
      } else {
        if escapingQuotes, scalar == "\"" { text += "\\" }
        text.unicodeScalars.append(scalar)
      }
    }
  }
}
