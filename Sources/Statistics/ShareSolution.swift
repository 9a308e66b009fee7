/// The solution of `mean = M · shares` for one corpus; see `ShareEstimator`.
struct ShareSolution: Sendable {
  /// The shares of some tweets.
  struct Answer {
    /// Of each label; from 0 to 1, and 1 in all.
    let shares: [Double]
    /// What solves the equation exactly, be it below 0 or above 1.
    let unconstrained: [Double]
    /// Of the unconstrained shares.
    let variances: [Double]
  }

  private let corpus: ShareEstimator.Corpus
  private let count: Int
  /// M⁻¹.
  private let inverse: [[Double]]

  /// Nil for a corpus by which the labels cannot be told apart.
  init?(_ corpus: ShareEstimator.Corpus) {
    self.corpus = corpus
    count = corpus.texts.count
    let matrix = (0..<count).map { row in corpus.means.map { $0[row] } }
    guard count >= 2, corpus.texts.allSatisfy({ $0 > 0 }),
      let inverse = Self.inverse(of: matrix, leastPivot: Self.leastPivot)
    else { return nil }
    self.inverse = inverse
  }

  /// A smaller pivot of M, whose elements are probabilities, is that of a classifier that knows nothing.
  private static let leastPivot = 0.02
  /// How often the error is computed anew at the shares that it led to.
  private static let rounds = 3

  /// The shares where the probabilities of `tweets` tweets are `mean` on average.
  func shares(mean: [Double], tweets: Double) -> Answer {
    let unconstrained = Self.product(inverse, mean)
    var shares = Array(repeating: 1 / Double(count), count: count)
    var error: [[Double]] = []
    for _ in 0..<Self.rounds {
      error = errorOfMean(shares, tweets: tweets)
      shares = unconstrained.allSatisfy { $0 >= 0 } ? unconstrained : nearest(to: mean, by: error)
    }
    let variances = inverse.map { row in
      zip(row, Self.product(error, row)).reduce(0) { $0 + $1.0 * $1.1 }
    }
    return Answer(shares: shares, unconstrained: unconstrained, variances: variances)
  }

  /// The covariances of the difference between a sample's mean probabilities and M · shares: of the sample, whose tweets are
  /// drawn with these shares, and of M.
  private func errorOfMean(_ shares: [Double], tweets: Double) -> [[Double]] {
    let centre = (0..<count).map { label in
      zip(shares, corpus.means).reduce(0) { $0 + $1.0 * $1.1[label] }
    }
    return (0..<count).map { row in
      (0..<count).map { column in
        var (sampling, model) = (-centre[row] * centre[column], 0.0)
        for (truth, share) in shares.enumerated() {
          let covariance = corpus.covariances[truth][row][column]
          sampling += share * (covariance + corpus.means[truth][row] * corpus.means[truth][column])
          model += share * share * covariance / Double(corpus.texts[truth])
        }
        return sampling / tweets + model
      }
    }
  }

  /// The shares from 0 to 1 with a sum of 1 for which M · shares is nearest to `mean`, by the Mahalanobis distance of `error`.
  ///
  /// The last label's probability follows from the others', so it is left out. A convex quadratic function over a
  /// simplex: minimised along one pair of shares after the other until none moves.
  private func nearest(to mean: [Double], by error: [[Double]]) -> [Double] {
    let kept = 0..<(count - 1)
    var reduced = kept.map { row in kept.map { error[row][$0] } }
    for index in kept { reduced[index][index] += 1e-12 }
    let start = Array(repeating: 1 / Double(count), count: count)
    guard let weights = Self.inverse(of: reduced, leastPivot: .leastNormalMagnitude) else { return start }
    // The function is ½ sharesᵀ · slope · shares − sharesᵀ · pull.
    let weighted = corpus.means.map { Self.product(weights, Array($0[kept])) }
    let slope = corpus.means.map { first in
      weighted.map { second in kept.reduce(0) { $0 + first[$1] * second[$1] } }
    }
    let pull = weighted.map { column in kept.reduce(0) { $0 + column[$1] * mean[$1] } }
    return Self.minimum(slope, pull, from: start)
  }

  private static func minimum(_ slope: [[Double]], _ pull: [Double], from start: [Double]) -> [Double] {
    var shares = start
    for _ in 0..<2000 {
      var largest = 0.0
      for first in shares.indices {
        for second in 0..<first {
          let curve = slope[first][first] + slope[second][second] - 2 * slope[first][second]
          guard curve > 0 else { continue }
          var rise = pull[second] - pull[first]
          for index in shares.indices { rise += (slope[first][index] - slope[second][index]) * shares[index] }
          let step = min(max(-rise / curve, -shares[first]), shares[second])
          shares[first] += step
          shares[second] -= step
          largest = max(largest, abs(step))
        }
      }
      if largest < 1e-9 { break }
    }
    return shares
  }

  private static func product(_ matrix: [[Double]], _ vector: [Double]) -> [Double] {
    matrix.map { row in zip(row, vector).reduce(0) { $0 + $1.0 * $1.1 } }
  }

  /// The inverse of a square matrix by elimination with the greatest pivots; nil where one is less than `leastPivot`.
  static func inverse(of matrix: [[Double]], leastPivot: Double) -> [[Double]]? {
    let count = matrix.count
    var rows = matrix.enumerated().map { row, values in
      values + (0..<count).map { $0 == row ? 1.0 : 0 }
    }
    for column in 0..<count {
      guard let pivot = (column..<count).max(by: { abs(rows[$0][column]) < abs(rows[$1][column]) }),
        abs(rows[pivot][column]) >= leastPivot
      else { return nil }
      rows.swapAt(column, pivot)
      let scale = rows[column][column]
      for index in rows[column].indices { rows[column][index] /= scale }
      for row in 0..<count where row != column {
        let factor = rows[row][column]
        for index in rows[row].indices { rows[row][index] -= factor * rows[column][index] }
      }
    }
    return rows.map { Array($0[count...]) }
  }
}
