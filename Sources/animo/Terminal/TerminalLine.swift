/// The last line of the terminal behind standard error, redrawn in place.
///
/// It never reaches the terminal's edge: a line that wraps cannot be redrawn. The width is asked for each time, so that a
/// terminal may be resized at any moment.
struct TerminalLine {
  /// The width that is assumed of a terminal that does not tell its own.
  static let usualWidth = 80

  /// The columns that the line takes now.
  private var drawn = 0

  /// The columns that a line may take.
  static var room: Int { room(in: StandardError.width) }

  /// The columns that a line may take on a terminal of some width; the last column stays free.
  static func room(in width: Int?) -> Int { max(1, (width ?? usualWidth) - 1) }

  /// Puts `text` in place of what is there.
  mutating func draw(_ text: String) {
    StandardError.write(sequence(for: text, width: StandardError.width))
  }

  /// Removes the line.
  mutating func clear() {
    guard drawn > 0 else { return }
    StandardError.write(sequence(for: "", width: StandardError.width))
  }

  /// The characters and control sequences (ECMA-48) that redraw the line on a terminal of some width.
  mutating func sequence(for text: String, width: Int?) -> String {
    let (room, width) = (Self.room(in: width), width ?? Self.usualWidth)
    let shown = text.count > room ? text.prefix(room - 1) + "…" : text[...]
    // A terminal that has become narrower has wrapped the line that it shows.
    let rows = drawn > 0 ? (drawn - 1) / max(1, width) : 0
    drawn = shown.count
    return (rows > 0 ? "\u{1B}[\(rows)A" : "") + "\r\u{1B}[J\(shown)"
  }
}
