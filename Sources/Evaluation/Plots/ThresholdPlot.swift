internal import Pages

/// Curves of all labels over the thresholds, each label against all others: lines in a square from 0 to 1, with what they
/// come to in a legend below.
///
/// ```swift
/// ThresholdPlot.roc(curves, title: "ROC curves").svg
/// ```
package struct ThresholdPlot: Sendable {
  private struct Line {
    let name: String
    let measure: String
    let value: Double?
    let points: [(x: Double, y: Double)]
    /// The height of the line of guessing.
    let chance: Double?

    /// The name and the measure: `positive: AUC 0.913`.
    var text: String {
      "\(name): \(measure) \(value?.fixedText(decimals: 3) ?? "cannot be told")"
    }
  }

  private let title: String
  private let xTitle: String
  private let yTitle: String
  private let lines: [Line]
  private let isDiagonalChance: Bool

  /// How many texts of a label are found at the cost of how many others.
  ///
  /// - Parameter curves: of each label against all others, with its name.
  package static func roc(_ curves: [(label: String, curve: ThresholdCurve)], title: String) -> ThresholdPlot
  {
    ThresholdPlot(
      title: title, xTitle: "share of other texts found (false positive rate)",
      yTitle: "share of the label's texts found",
      lines: curves.map { label, curve in
        Line(
          name: label, measure: "AUC", value: curve.areaUnderCurve,
          points: [(0, 0)] + curve.pictured.map { (curve.fallOut($0), curve.recall($0)) }, chance: nil)
      }, isDiagonalChance: true)
  }

  /// How many of the texts that are given a label have it, by how many of those that have it are found. Dashed: the
  /// precision of guessing, which is the label's share.
  ///
  /// - Parameter curves: of each label against all others, with its name.
  package static func precisionRecall(
    _ curves: [(label: String, curve: ThresholdCurve)], title: String
  ) -> ThresholdPlot {
    ThresholdPlot(
      title: title, xTitle: "recall: share of the label's texts found",
      yTitle: "precision: share of those found that have it",
      lines: curves.map { label, curve in
        let points = curve.positives == 0 ? [] : curve.pictured
        let total = curve.positives + curve.others
        return Line(
          name: label, measure: "AP", value: curve.averagePrecision,
          points: points.prefix(1).map { (0, $0.precision) }
            + points.map { (curve.recall($0), $0.precision) },
          chance: total == 0 ? nil : Double(curve.positives) / Double(total))
      }, isDiagonalChance: false)
  }

  private static let width = 440.0
  private static let bottom = 416.0

  /// The picture as an SVG file.
  package var svg: String {
    var svg = SVG(
      width: Self.width, height: Self.bottom + 64 + 20 * Double(lines.count), title: title,
      description: lines.map(\.text).joined(separator: "; ") + ".")
    svg.heading()
    let frame = Frame(
      area: Rectangle(left: 70, top: 50, right: Self.width - 20, bottom: Self.bottom), x: 0...1, y: 0...1)
    frame.drawVerticalAxis(in: &svg, title: yTitle)
    let dashes = SVG.Stroke(colour: .grey, isDashed: true)
    if isDiagonalChance { svg.line([frame.point(0, 0), frame.point(1, 1)], dashes) }
    for (line, colour) in zip(lines, colours) {
      if let chance = line.chance {
        svg.line(
          [frame.point(0, chance), frame.point(1, chance)],
          SVG.Stroke(colour: colour, opacity: 0.6, isDashed: true))
      }
      svg.line(
        line.points.map { frame.point($0.x, $0.y) }, SVG.Stroke(colour: colour, width: 2), hint: line.text)
    }
    frame.drawHorizontalAxis(in: &svg, title: xTitle, ticks: 6)
    for (number, (line, colour)) in zip(lines, colours).enumerated() {
      let y = Self.bottom + 66 + 20 * Double(number)
      svg.line([Point(x: 70, y: y - 4), Point(x: 90, y: y - 4)], SVG.Stroke(colour: colour, width: 2.5))
      svg.text(line.text, at: Point(x: 98, y: y))
    }
    return svg.document
  }

  private var colours: [Colour] { LabelColours(lines.count).colours }
}

/// A colour for each of a model's labels, in their order: the first and the last one, the ends of a scale, are those of
/// two labels.
struct LabelColours {
  let colours: [Colour]

  init(_ count: Int) {
    let between = [Colour.green, .grey, .purple, .navy]
    colours =
      [.vermilion] + (0..<max(0, count - 2)).map { between[$0 % between.count] } + (count > 1 ? [.blue] : [])
  }
}
