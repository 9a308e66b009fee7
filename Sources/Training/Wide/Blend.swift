/// How two opinions of the same tweets are put together: log-odds = network · a + wide · b + c.
///
/// Found by a logistic regression on tweets that neither has learnt from.
package struct Blend: Equatable, Sendable {
  package let network: Double
  package let wide: Double
  package let constant: Double

  package init(network: Double, wide: Double, constant: Double) {
    (self.network, self.wide, self.constant) = (network, wide, constant)
  }

  /// What one tweet says.
  struct Row {
    var network: Double
    var wide: Double
    /// 0 or 1.
    var label: Int
    var weight: Double
  }

  /// The blend by which the weighted mean loss of `rows` is least. Both factors are pulled a little to nothing, lest
  /// they grow without end where the rows can be divided without error.
  static func fit(_ rows: [Row]) -> Blend {
    let total = rows.reduce(0) { $0 + $1.weight }
    guard total > 0 else { return Blend(network: 1, wide: 1, constant: 0) }
    var solver = LBFGS(start: [1, 1, 0]) { point, gradient in
      gradient = [pull * point[0], pull * point[1], 0]
      var loss = pull / 2 * (point[0] * point[0] + point[1] * point[1])
      for row in rows {
        let logOdds = point[0] * row.network + point[1] * row.wide + point[2]
        let weight = row.weight / total
        loss += weight * LogisticLoss.value(logOdds: logOdds, label: row.label)
        let slope = weight * LogisticLoss.slope(logOdds: logOdds, label: row.label)
        gradient[0] += slope * row.network
        gradient[1] += slope * row.wide
        gradient[2] += slope
      }
      return loss
    }
    for _ in 0..<iterations where solver.gradientNorm > 1e-8 {
      guard solver.step() else { break }
    }
    return Blend(network: solver.point[0], wide: solver.point[1], constant: solver.point[2])
  }

  private static let pull = 1e-4
  private static let iterations = 200

  /// The log-odds of a tweet.
  func logOdds(network: Double, wide: Double) -> Double {
    self.network * network + self.wide * wide + constant
  }
}
