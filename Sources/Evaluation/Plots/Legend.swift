/// What the colours of a picture stand for: entries in one row that ends at the right.
struct Legend {
  /// A mark and its meaning.
  struct Entry {
    let name: String
    let colour: Colour
    /// A line with a point on it, or else a filled square.
    var isLine = true
  }

  let entries: [Entry]

  /// Letters of the font are about so wide, in user units; only so that entries do not touch.
  private static let letterWidth = 6.6
  private static let markWidth = 22.0
  private static let gap = 18.0

  /// Draws the row with its letters' foot at `end`.
  func draw(in svg: inout SVG, endingAt end: Point) {
    var right = end.x
    for entry in entries.reversed() {
      let textLeft = right - Double(entry.name.count) * Self.letterWidth
      let markLeft = textLeft - Self.markWidth
      svg.text(entry.name, at: Point(x: textLeft, y: end.y))
      draw(entry, in: &svg, from: Point(x: markLeft, y: end.y - 4))
      right = markLeft - Self.gap
    }
  }

  private func draw(_ entry: Entry, in svg: inout SVG, from left: Point) {
    guard entry.isLine else {
      let square = Rectangle(left: left.x + 4, top: left.y - 6, right: left.x + 16, bottom: left.y + 6)
      svg.rectangle(square, fill: entry.colour)
      return
    }
    let end = Point(x: left.x + 16, y: left.y)
    svg.line([left, end], SVG.Stroke(colour: entry.colour, width: 2.5))
  }
}
