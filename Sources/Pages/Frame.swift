internal import Glibc

/// The part of a picture in which numbers become places, with its axes.
package struct Frame: Sendable {
  /// Where it is in the picture.
  package let area: Rectangle
  /// The numbers from its left to its right.
  package let x: ClosedRange<Double>
  /// The numbers from its bottom to its top.
  package let y: ClosedRange<Double>

  package init(area: Rectangle, x: ClosedRange<Double>, y: ClosedRange<Double>) {
    (self.area, self.x, self.y) = (area, x, y)
  }

  /// Where a pair of numbers belongs; what lies outside of the frame is put on its edge.
  package func point(_ x: Double, _ y: Double) -> Point {
    Point(
      x: area.left + Self.share(of: x, in: self.x) * area.width,
      y: area.bottom - Self.share(of: y, in: self.y) * area.height)
  }

  /// The rectangle between two pairs of numbers.
  package func rectangle(x: ClosedRange<Double>, y: ClosedRange<Double>) -> Rectangle {
    let (low, high) = (point(x.lowerBound, y.lowerBound), point(x.upperBound, y.upperBound))
    return Rectangle(left: low.x, top: high.y, right: high.x, bottom: low.y)
  }

  /// Draws lines across at round numbers with their labels, and what the axis measures.
  package func drawVerticalAxis(in svg: inout SVG, title: String, ticks count: Int = 6) {
    let ticks = Ticks(in: y, about: count)
    for value in ticks.values {
      let place = point(x.lowerBound, value).y
      svg.line(
        [Point(x: area.left, y: place), Point(x: area.right, y: place)], SVG.Stroke(colour: .grid))
      svg.text(
        ticks.label(value), at: Point(x: area.left - 8, y: place + 4),
        SVG.Lettering(colour: .grey, anchor: .end))
    }
    svg.text(
      title, at: Point(x: area.left - 50, y: area.centre.y), SVG.Lettering(anchor: .middle, isUpright: true))
  }

  /// Draws the line at the bottom with marks and labels at round numbers, and what the axis measures.
  package func drawHorizontalAxis(in svg: inout SVG, title: String, ticks count: Int = 7) {
    let ticks = Ticks(in: x, about: count)
    let stroke = SVG.Stroke(colour: .grey)
    svg.line([Point(x: area.left, y: area.bottom), Point(x: area.right, y: area.bottom)], stroke)
    for value in ticks.values {
      let place = point(value, y.lowerBound).x
      svg.line([Point(x: place, y: area.bottom), Point(x: place, y: area.bottom + 5)], stroke)
      svg.text(
        ticks.label(value), at: Point(x: place, y: area.bottom + 19),
        SVG.Lettering(colour: .grey, anchor: .middle))
    }
    svg.text(
      title, at: Point(x: area.centre.x, y: area.bottom + 39), SVG.Lettering(anchor: .middle))
  }

  private static func share(of value: Double, in range: ClosedRange<Double>) -> Double {
    let span = range.upperBound - range.lowerBound
    guard span > 0 else { return 0.5 }
    return min(max((value - range.lowerBound) / span, 0), 1)
  }
}

/// Round numbers along an axis: multiples of 1, 2 or 5 times a power of ten (Heckbert 1990, Nice Numbers for Graph
/// Labels).
package struct Ticks: Equatable, Sendable {
  /// By rising value.
  package let values: [Double]
  private let decimals: Int

  /// Ticks within `range`, about `count` of them; for a range of no length its one number.
  package init(in range: ClosedRange<Double>, about count: Int) {
    let span = range.upperBound - range.lowerBound
    guard span > 0, span.isFinite, count > 1 else {
      (values, decimals) = ([range.lowerBound], 2)
      return
    }
    let step = Self.round(span / Double(count - 1))
    // A small tolerance keeps ticks at the ends of the range despite rounding.
    let first = (range.lowerBound / step - 1e-9).rounded(.up)
    let last = (range.upperBound / step + 1e-9).rounded(.down)
    values = stride(from: first, through: last, by: 1).map { $0 * step }
    decimals = max(0, -Int(floor(log10(step) + 1e-9)))
  }

  /// The label of a tick, with the same number of decimals for all.
  package func label(_ value: Double) -> String {
    guard decimals == 0, let whole = Int(exactly: value.rounded()) else {
      return value.fixedText(decimals: decimals)
    }
    return whole.grouped
  }

  /// The round number nearest to a rough step.
  private static func round(_ rough: Double) -> Double {
    let power = pow(10, floor(log10(rough)))
    let factor = rough / power
    return power * (factor < 1.5 ? 1 : factor < 3 ? 2 : factor < 7 ? 5 : 10)
  }
}

/// The legend of the colours of a picture: a row of entries, aligned at the right.
package struct Legend: Sendable {
  /// A mark and its meaning.
  package struct Entry: Sendable {
    let name: String
    let colour: Colour
    let isLine: Bool

    /// - Parameter isLine: whether it is a line rather than a filled square.
    package init(name: String, colour: Colour, isLine: Bool = true) {
      (self.name, self.colour, self.isLine) = (name, colour, isLine)
    }
  }

  private let entries: [Entry]

  package init(entries: [Entry]) {
    self.entries = entries
  }

  /// The approximate width of letters in user units, for spacing entries.
  private static let letterWidth = 6.6
  private static let markWidth = 22.0
  private static let gap = 18.0

  /// Draws the row with the end of its baseline at `end`.
  package func draw(in svg: inout SVG, endingAt end: Point) {
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
