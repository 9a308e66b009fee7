internal import Pages

/// What scores the texts of each kind have: how far the model keeps them apart.
///
/// Each kind's bars add up to 100 %, so that a rare kind shows as well as a frequent one.
package struct ScoreHistogram: Sendable {
  /// The texts of one true label.
  package struct Series: Sendable {
    package let name: String
    /// 0…1 each.
    package let scores: [Double]

    package init(name: String, scores: [Double]) {
      self.name = name
      self.scores = scores
    }
  }

  private let title: String
  private let scoreTitle: String
  private let series: [Series]

  /// - Parameters:
  ///   - scoreTitle: what the score is.
  ///   - series: at least two, in order of increasing scores.
  package init(title: String, scoreTitle: String, _ series: [Series]) {
    self.title = title
    self.scoreTitle = scoreTitle
    self.series = series
  }

  /// The picture as an SVG file.
  package var svg: String {
    let series = Array(zip(series, LabelColours(series.count).colours))
    let shares = series.map { Self.shares(of: $0.0.scores) }
    var svg = SVG(
      width: 560, height: 400, title: title,
      description: "Histograms of the \(scoreTitle), one for the texts of each label.")
    svg.heading()
    let entries = series.map { series, colour in
      Legend.Entry(
        name: "\(series.name) (\(series.scores.count.grouped))", colour: colour.tint(0.6), isLine: false)
    }
    Legend(entries: entries).draw(in: &svg, endingAt: Point(x: 536, y: 52))
    let highest = max(shares.flatMap(\.self).max() ?? 0, 0.01)
    let frame = Frame(
      area: Rectangle(left: 78, top: 66, right: 536, bottom: 346), x: 0...1, y: 0...(highest * 105))
    frame.drawVerticalAxis(in: &svg, title: "% of the label's texts")
    for (shares, (_, colour)) in zip(shares, series) { draw(shares, colour, in: frame, of: &svg) }
    frame.drawHorizontalAxis(in: &svg, title: scoreTitle, ticks: 11)
    return svg.document
  }

  /// The bins of equal width from 0 to 1.
  package static let binCount = 20

  /// The share of the scores in each bin of equal width; a score on an edge counts above it, 1 in the last.
  package static func shares(of scores: [Double]) -> [Double] {
    var counts = [Int](repeating: 0, count: binCount)
    for score in scores { counts[min(max(Int(score * Double(binCount)), 0), binCount - 1)] += 1 }
    return counts.map { Double($0) / Double(max(scores.count, 1)) }
  }

  private func draw(_ shares: [Double], _ colour: Colour, in frame: Frame, of svg: inout SVG) {
    var outline = [frame.point(0, 0)]
    for (number, share) in shares.enumerated() {
      let edges = Double(number) / Double(Self.binCount)...Double(number + 1) / Double(Self.binCount)
      svg.rectangle(frame.rectangle(x: edges, y: 0...(100 * share)), fill: colour, opacity: 0.35)
      outline += [frame.point(edges.lowerBound, 100 * share), frame.point(edges.upperBound, 100 * share)]
    }
    svg.line(outline + [frame.point(1, 0)], SVG.Stroke(colour: colour, width: 2))
  }
}
