/// The part of a picture in which numbers become places, with its axes.
struct Frame {
  /// Where it is in the picture.
  let area: Rectangle
  /// The numbers from its left to its right.
  let x: ClosedRange<Double>
  /// The numbers from its bottom to its top.
  let y: ClosedRange<Double>

  /// Where a pair of numbers belongs; what lies outside of the frame is put on its edge.
  func point(_ x: Double, _ y: Double) -> Point {
    Point(
      x: area.left + Self.share(of: x, in: self.x) * area.width,
      y: area.bottom - Self.share(of: y, in: self.y) * area.height)
  }

  /// The rectangle between two pairs of numbers.
  func rectangle(x: ClosedRange<Double>, y: ClosedRange<Double>) -> Rectangle {
    let (low, high) = (point(x.lowerBound, y.lowerBound), point(x.upperBound, y.upperBound))
    return Rectangle(left: low.x, top: high.y, right: high.x, bottom: low.y)
  }

  /// Draws lines across at round numbers with their labels, and what the axis measures.
  func drawVerticalAxis(in svg: inout SVG, title: String, ticks count: Int = 6) {
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
  func drawHorizontalAxis(in svg: inout SVG, title: String, ticks count: Int = 7) {
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
