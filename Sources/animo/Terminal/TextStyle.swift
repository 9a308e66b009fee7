/// What standard output can show.
struct TextStyle: Equatable {
  /// Its width in columns.
  var width: Int
  /// Whether it is a terminal.
  var isTerminal: Bool
  /// Whether colours are wanted.
  var isColored: Bool
  /// Whether it shows more than ASCII.
  var isUnicode: Bool

  /// The width of lines that go to a file or a pipe.
  private static let usualWidth = 100
  /// By label, as numbers of the 256-colour palette: orange, grey and blue, which nearly all eyes tell apart
  /// (https://jfly.uni-koeln.de/color/).
  private static let colors = ["negative": 208, "neutral": 246, "positive": 39]

  /// Standard output in this environment.
  static var standardOutput: TextStyle {
    TextStyle(
      width: StandardOutput.size?.columns, isTerminal: StandardOutput.isTerminal,
      environment: Environment.value(of:))
  }

  /// `text` in the colour of a label, if it has one and colours are wanted.
  func colored(_ text: String, as label: String?) -> String {
    guard isColored, let label, let color = Self.colors[label] else { return text }
    return "\u{1B}[38;5;\(color)m\(text)\u{1B}[0m"
  }

  /// `text` without what would not fit on a line of a terminal.
  func cut(_ text: String) -> String {
    guard isTerminal, text.count > width else { return text }
    return String(text.prefix(width))
  }

  /// `text` in lines that fit, broken at spaces.
  func wrapped(_ text: String) -> [String] {
    guard isTerminal else { return [text] }
    var lines: [String] = []
    for word in text.split(separator: " ") {
      if let last = lines.last, last.count + 1 + word.count <= width {
        lines[lines.count - 1] = "\(last) \(word)"
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }
}

extension TextStyle {
  /// - Parameters:
  ///   - width: in columns; nil if unknown.
  ///   - environment: the values of variables; NO_COLOR follows https://no-color.org.
  init(width: Int?, isTerminal: Bool, environment: (String) -> String?) {
    func value(_ name: String) -> String? { environment(name).flatMap { $0.isEmpty ? nil : $0 } }
    let locale = value("LC_ALL") ?? value("LC_CTYPE") ?? value("LANG") ?? "C"
    self.width = isTerminal ? width ?? TerminalLine.usualWidth : Self.usualWidth
    self.isTerminal = isTerminal
    isColored = isTerminal && value("NO_COLOR") == nil && value("TERM") != "dumb"
    isUnicode = ["utf-8", "utf8"].contains { locale.lowercased().contains($0) }
  }
}
