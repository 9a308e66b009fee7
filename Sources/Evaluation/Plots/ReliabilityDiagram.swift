internal import Pages

/// The accuracy of the model against its confidence, and below the number of texts at each confidence
/// (Niculescu-Mizil & Caruana 2005).
///
/// Bars that end on the dashed diagonal are honest; what is missing up to the mean confidence, or is more, is marked. The
/// thin lines are intervals of 95 % of the accuracy.
package struct ReliabilityDiagram: Sendable {
  private let curve: CalibrationCurve
  private let title: String

  package init(_ curve: CalibrationCurve, title: String) {
    self.curve = curve
    self.title = title
  }

  /// The picture as an SVG file.
  package var svg: String {
    var svg = SVG(
      width: 480, height: 616, title: title,
      description: filledBins.map { bin in
        "\(bin.count) texts of a confidence of about \(bin.confidence.fixedText(decimals: 2)): "
          + "\(bin.accuracy.fixedText(decimals: 2)) right"
      }.joined(separator: "; ") + ".")
    svg.heading()
    svg.text(
      "expected calibration error \(curve.expectedError.fixedText(decimals: 4))", at: Point(x: 20, y: 48),
      SVG.Lettering(colour: .grey))
    Legend(entries: [
      Legend.Entry(name: "accuracy", colour: Self.accuracyColour, isLine: false),
      Legend.Entry(name: "too sure", colour: Self.excessColour, isLine: false),
      Legend.Entry(name: "not sure enough", colour: Self.lackColour, isLine: false),
    ]).draw(in: &svg, endingAt: Point(x: Self.right, y: 74))
    drawAccuracies(in: &svg)
    drawCounts(in: &svg)
    return svg.document
  }

  private static let left = 78.0
  private static let right = 456.0
  private static let accuracyColour = Colour.blue.tint(0.85)
  private static let excessColour = Colour.vermilion.tint(0.6)
  private static let lackColour = Colour.green.tint(0.45)

  /// From the lowest confidence of any text: with two labels it is never below one half.
  private var confidences: ClosedRange<Double> {
    (curve.bins.first { $0.count > 0 }?.bounds.lowerBound ?? 0)...1
  }

  private var filledBins: [CalibrationCurve.Bin] { curve.bins.filter { $0.count > 0 } }

  private func drawAccuracies(in svg: inout SVG) {
    let frame = Frame(
      area: Rectangle(left: Self.left, top: 90, right: Self.right, bottom: 402), x: confidences, y: 0...1)
    frame.drawVerticalAxis(in: &svg, title: "share of right answers")
    for bin in filledBins {
      svg.rectangle(bar(bin, from: 0, to: bin.accuracy, in: frame), fill: Self.accuracyColour)
      let isTooSure = bin.confidence > bin.accuracy
      let gap = (min(bin.accuracy, bin.confidence), max(bin.accuracy, bin.confidence))
      svg.rectangle(
        bar(bin, from: gap.0, to: gap.1, in: frame), fill: isTooSure ? Self.excessColour : Self.lackColour)
      let (interval, middle) = (bin.rightTexts.interval, (bin.bounds.lowerBound + bin.bounds.upperBound) / 2)
      svg.interval(
        from: frame.point(middle, interval.lowerBound), to: frame.point(middle, interval.upperBound))
    }
    let ends = [confidences.lowerBound, 1].map { frame.point($0, $0) }
    svg.line(ends, SVG.Stroke(colour: .ink, width: 1.5, isDashed: true))
    frame.drawHorizontalAxis(in: &svg, title: "")
  }

  private func drawCounts(in svg: inout SVG) {
    let most = max(curve.bins.map(\.count).max() ?? 0, 1)
    let frame = Frame(
      area: Rectangle(left: Self.left, top: 442, right: Self.right, bottom: 562), x: confidences,
      y: 0...Double(most) * 1.05)
    frame.drawVerticalAxis(in: &svg, title: "texts", ticks: 4)
    for bin in filledBins {
      svg.rectangle(bar(bin, from: 0, to: Double(bin.count), in: frame), fill: Colour.grey.tint(0.7))
    }
    frame.drawHorizontalAxis(in: &svg, title: "confidence: probability of the label given")
  }

  /// A bar as wide as its bin, but for a hair on either side.
  private func bar(_ bin: CalibrationCurve.Bin, from low: Double, to high: Double, in frame: Frame)
    -> Rectangle
  {
    var bar = frame.rectangle(x: bin.bounds, y: low...high)
    bar.left += 1
    bar.right -= 1
    return bar
  }
}
