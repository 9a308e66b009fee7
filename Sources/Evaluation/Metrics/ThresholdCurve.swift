/// How many texts of a label, and how many others, have at least some probability of it: the counts behind the ROC and
/// the precision–recall curve.
package struct ThresholdCurve: Equatable, Sendable {
  /// The texts whose score is at least a threshold.
  package struct Point: Equatable, Sendable {
    package let threshold: Double
    /// Texts of the label.
    package let truePositives: Int
    /// Texts of other labels.
    package let falsePositives: Int

    /// The share of these texts that have the label.
    package var precision: Double {
      Double(truePositives) / Double(truePositives + falsePositives)
    }
  }

  /// By falling threshold: one point for each score that occurs.
  package let points: [Point]
  /// The texts that have the label.
  package let positives: Int
  /// The texts that do not.
  package let others: Int

  /// The curve of one label against all others.
  package init(_ judgements: [Judgement], label: Int) {
    self.init(
      scores: judgements.map { $0.probabilities[label] }, isPositive: judgements.map { $0.truth == label })
  }

  /// - Parameters:
  ///   - scores: of each text.
  ///   - isPositive: whether each text has the label.
  package init(scores: [Double], isPositive: [Bool]) {
    precondition(scores.count == isPositive.count, "each score needs a truth")
    let order = scores.indices.sorted { scores[$0] > scores[$1] }
    var points: [Point] = []
    var (positives, others) = (0, 0)
    for (place, text) in order.enumerated() {
      if isPositive[text] { positives += 1 } else { others += 1 }
      let isLastOfEquals = place + 1 == order.count || scores[order[place + 1]] < scores[text]
      guard isLastOfEquals else { continue }
      points.append(Point(threshold: scores[text], truePositives: positives, falsePositives: others))
    }
    (self.points, self.positives, self.others) = (points, positives, others)
  }

  /// The share of the label's texts that a point finds; 0 where there are none.
  package func recall(_ point: Point) -> Double {
    positives == 0 ? 0 : Double(point.truePositives) / Double(positives)
  }

  /// The share of the other texts that a point finds; 0 where there are none.
  package func fallOut(_ point: Point) -> Double {
    others == 0 ? 0 : Double(point.falsePositives) / Double(others)
  }

  /// The area under the ROC curve, by trapezoids; nil when all texts have the label, or none has.
  package var areaUnderCurve: Double? {
    guard positives > 0, others > 0 else { return nil }
    var (area, previous) = (0.0, (truePositives: 0, falsePositives: 0))
    for point in points {
      let width = Double(point.falsePositives - previous.falsePositives)
      area += width * Double(point.truePositives + previous.truePositives) / 2
      previous = (point.truePositives, point.falsePositives)
    }
    return area / (Double(positives) * Double(others))
  }

  /// The mean precision over the steps of recall, without interpolation, as scikit-learn's
  /// `average_precision_score`; nil when no text has the label.
  package var averagePrecision: Double? {
    guard positives > 0 else { return nil }
    var (sum, found) = (0.0, 0)
    for point in points {
      sum += Double(point.truePositives - found) * point.precision
      found = point.truePositives
    }
    return sum / Double(positives)
  }

  /// As many points as can be told apart in a picture.
  package var pictured: [Point] { thinned(to: 400) }

  /// At most `count` points, the first and the last among them, evenly by rank.
  func thinned(to count: Int) -> [Point] {
    guard points.count > count, count > 1 else { return points }
    let step = Double(points.count - 1) / Double(count - 1)
    return (0..<count).map { points[Int((Double($0) * step).rounded())] }
  }
}
