internal import Pages

/// The share of right answers for texts of each kind, as bars with their intervals.
package struct BreakdownPlot: Sendable {
  private let breakdown: Breakdown
  private let title: String

  package init(_ breakdown: Breakdown, title: String) {
    (self.breakdown, self.title) = (breakdown, title)
  }

  private static let width = 560.0
  private static let row = 26.0
  private static let top = 50.0

  /// The picture as an SVG file.
  package var svg: String {
    let left = 30 + 7 * Double(breakdown.parts.map(\.name.count).max() ?? 0)
    let bottom = Self.top + Self.row * Double(max(1, breakdown.parts.count))
    var svg = SVG(
      width: Self.width, height: bottom + 56, title: title,
      description: breakdown.parts.map { "\($0.name): \(Self.percent($0.right.share))" }.joined(
        separator: "; ")
        + ".")
    svg.heading()
    let frame = Frame(
      area: Rectangle(left: left, top: Self.top, right: Self.width - 90, bottom: bottom), x: 0...1, y: 0...1)
    for (number, part) in breakdown.parts.enumerated() {
      draw(part, at: Self.top + Self.row * Double(number), in: frame, of: &svg)
    }
    frame.drawHorizontalAxis(in: &svg, title: "share of right answers", ticks: 6)
    return svg.document
  }

  private func draw(_ part: Breakdown.Part, at top: Double, in frame: Frame, of svg: inout SVG) {
    let middle = top + Self.row / 2
    let (share, interval) = (part.right.share, part.right.interval)
    let interval95 = "\(Self.percent(interval.lowerBound)) to \(Self.percent(interval.upperBound))"
    let bar = Rectangle(
      left: frame.area.left, top: top + 4, right: frame.point(share, 0).x, bottom: top + Self.row - 4)
    svg.rectangle(
      bar, fill: Colour.blue.tint(0.6), hint: "\(part.name): \(Self.percent(share)), 95 %: \(interval95)")
    svg.interval(
      from: Point(x: frame.point(interval.lowerBound, 0).x, y: middle),
      to: Point(x: frame.point(interval.upperBound, 0).x, y: middle))
    svg.text(
      part.name, at: Point(x: frame.area.left - 8, y: middle + 4), SVG.Lettering(anchor: .end))
    svg.text(
      "\(Self.percent(share)) of \(part.right.whole.grouped)",
      at: Point(x: frame.area.right + 8, y: middle + 4),
      SVG.Lettering(size: 11, colour: .grey))
  }

  private static func percent(_ share: Double) -> String { "\((100 * share).fixedText(decimals: 1)) %" }
}
