internal import Datasets

/// How the scores of the network and of the wide term are combined: scores = network · a + wide · b + c.
///
/// Fitted by logistic regression on tweets that neither was trained on. With two labels there is one score, the
/// log-odds of the second; with more there is one per label: see `LogisticLoss`.
package struct Blend: Equatable, Sendable {
  package let network: Double
  package let wide: Double
  /// One per score.
  package let constants: [Double]

  package init(network: Double, wide: Double, constants: [Double]) {
    (self.network, self.wide, self.constants) = (network, wide, constants)
  }

  /// One tweet.
  struct Row {
    /// Scores.
    var network: [Double]
    var wide: [Double]
    var target: Target
    var weight: Double
  }

  /// The blend with the lowest weighted mean loss on `rows`. A small penalty keeps both factors finite where the rows
  /// are separable.
  static func fit(_ rows: [Row], scores: Int) -> Blend {
    let total = rows.reduce(0) { $0 + $1.weight }
    let nothing = [Double](repeating: 0, count: scores)
    guard total > 0 else { return Blend(network: 1, wide: 1, constants: nothing) }
    var solver = LBFGS(start: [1, 1] + nothing) { point, gradient in
      gradient = [pull * point[0], pull * point[1]] + nothing
      var loss = pull / 2 * (point[0] * point[0] + point[1] * point[1])
      let blend = Blend(point)
      var slopes = nothing
      for row in rows {
        let weight = row.weight / total
        let blended = blend.scores(network: row.network, wide: row.wide)
        var span = slopes.mutableSpan
        loss += weight * LogisticLoss.evaluate(blended.span, row.target, slopes: &span)
        for score in nothing.indices {
          let slope = weight * slopes[score]
          gradient[0] += slope * row.network[score]
          gradient[1] += slope * row.wide[score]
          gradient[2 + score] += slope
        }
      }
      return loss
    }
    for _ in 0..<iterations where solver.gradientNorm > 1e-8 {
      guard solver.step() else { break }
    }
    return Blend(solver.point)
  }

  private init(_ point: [Double]) {
    self.init(network: point[0], wide: point[1], constants: Array(point[2...]))
  }

  private static let pull = 1e-4
  private static let iterations = 200

  /// The scores of a tweet.
  func scores(network: [Double], wide: [Double]) -> [Double] {
    constants.indices.map { self.network * network[$0] + self.wide * wide[$0] + constants[$0] }
  }

  /// The constant for the logits of each label.
  var logits: [Double] { constants.count == 1 ? [-constants[0] / 2, constants[0] / 2] : constants }
}
