package import AWDLSTM
internal import Datasets
internal import Kernels
internal import TweetText

/// The function that a wide term minimises: the weighted mean loss of its examples, plus half of `regularisation`
/// times the squares of its weights.
///
/// The parameters are those of the buckets, [buckets][scores], then the intercepts, one per score, which are not
/// penalised; see `LogisticLoss` for the number of scores. The weight of a bucket is its parameters times its rarity.
/// Two threads process fixed halves of the examples, so that sums do not depend on the machine.
struct WideObjective {
  private let examples: WideExamples
  private let targets: [Target]
  private let exampleWeights: [Double]
  private let rarities: [Double]
  private let regularisation: Double
  private let scores: Int
  private let halves: any WideSums

  /// - Parameter classWeights: multiplied with the weight of each example of the class.
  init(_ examples: WideExamples, classWeights: [Float], regularisation: Double) {
    self.examples = examples
    self.regularisation = regularisation
    let weighed = examples.targets.map { $0.weighed(by: classWeights) }
    targets = weighed.map(\.target)
    let weights = zip(examples.weights, weighed).map { Double($0 * $1.factor) }
    let total = max(weights.reduce(0, +), .leastNormalMagnitude)
    exampleWeights = weights.map { $0 / total }
    rarities = examples.rarities()
    scores = LogisticLoss.scores(labels: examples.labels)
    halves = scores == 1 ? WideHalves<Double>(examples, 1) : WideHalves<SIMD4<Double>>(examples, scores)
  }

  /// Where training starts: zeros.
  var start: [Double] { [Double](repeating: 0, count: (rarities.count + 1) * scores) }

  /// The weight of each bucket: parameters times rarities, without the intercepts.
  func weights(_ parameters: [Double]) -> WideWeights {
    var values = parameters
    values.removeLast(scores)
    for index in values.indices { values[index] *= rarities[index / scores] }
    return WideWeights(scores: scores, values: values)
  }

  /// Added to the scores of every tweet.
  func intercepts(_ parameters: [Double]) -> [Double] { Array(parameters.suffix(scores)) }

  /// Computes the loss and its gradient.
  func evaluate(_ parameters: [Double], gradient: inout [Double]) -> Double {
    let loss = halves.evaluate(
      examples, targets, exampleWeights, weights(parameters), intercepts: intercepts(parameters),
      gradient: &gradient)
    var squares = 0.0
    for index in 0..<rarities.count * scores {
      gradient[index] = gradient[index] * rarities[index / scores] + regularisation * parameters[index]
      squares += parameters[index] * parameters[index]
    }
    return loss + regularisation / 2 * squares
  }
}

/// Sums over all examples, with one score each or several.
private protocol WideSums: Sendable {
  /// The mean loss, and its gradient with respect to the weights of the buckets and the intercepts.
  func evaluate(
    _ examples: WideExamples, _ targets: [Target], _ exampleWeights: [Double], _ weights: WideWeights,
    intercepts: [Double], gradient: inout [Double]
  ) -> Double
}

/// The two halves of the examples, one per thread.
private struct WideHalves<Cell: WideCell>: WideSums {
  private let shards: [Shard<Cell>]

  init(_ examples: WideExamples, _ scores: Int) {
    let middle = examples.count / 2
    shards = [0..<middle, middle..<examples.count].map {
      Shard(rows: $0, buckets: examples.ngrams.buckets, scores: scores)
    }
  }

  func evaluate(
    _ examples: WideExamples, _ targets: [Target], _ exampleWeights: [Double], _ weights: WideWeights,
    intercepts: [Double], gradient: inout [Double]
  ) -> Double {
    let table = WideTable<Cell>(weights)
    concurrently(shards.count) { [shards] shard in
      shards[shard].evaluate(examples, targets, exampleWeights, table, intercepts: intercepts)
    }
    let scores = intercepts.count
    for index in weights.values.indices {
      let (bucket, score) = index.quotientAndRemainder(dividingBy: scores)
      gradient[index] = shards.reduce(0) { $0 + $1.gradient[bucket, score] }
    }
    for score in 0..<scores {
      gradient[weights.values.count + score] = shards.reduce(0) { $0 + $1.interceptGradient[score] }
    }
    return shards.reduce(0) { $0 + $1.loss }
  }
}

/// The work and the memory of one thread. Used by one thread at a time.
private final class Shard<Cell: WideCell>: @unchecked Sendable {
  private let rows: Range<Int>
  /// With respect to the weights of the buckets.
  private(set) var gradient: WideTable<Cell>
  private(set) var interceptGradient: [Double]
  private(set) var loss = 0.0

  init(rows: Range<Int>, buckets: Int, scores: Int) {
    self.rows = rows
    gradient = WideTable(buckets: buckets, scores: scores)
    interceptGradient = [Double](repeating: 0, count: scores)
  }

  func evaluate(
    _ examples: WideExamples, _ targets: [Target], _ exampleWeights: [Double], _ table: WideTable<Cell>,
    intercepts: [Double]
  ) {
    loss = 0
    gradient.clear()
    for score in intercepts.indices { interceptGradient[score] = 0 }
    var (scores, slopes) = (intercepts, intercepts)
    let features = examples.features.span
    for row in rows {
      let ranges = examples.ranges(row)
      for score in intercepts.indices { scores[score] = intercepts[score] }
      var scoreSpan = scores.mutableSpan
      table.addWorth(of: ranges, features, to: &scoreSpan)
      var slopeSpan = slopes.mutableSpan
      loss += exampleWeights[row] * LogisticLoss.evaluate(scores.span, targets[row], slopes: &slopeSpan)
      for score in slopes.indices {
        slopes[score] *= exampleWeights[row]
        interceptGradient[score] += slopes[score]
      }
      gradient.add(slopes.span, of: ranges, features)
    }
  }
}

/// How a wide term is trained: a logistic regression over hashed n-grams.
package struct WideRecipe: Equatable, Sendable {
  package var shape = WideShape(buckets: 1 << 18, words: 1...2, characters: 2...5)
  /// The strength of the penalty: half of it times the squares of the weights is added to the mean loss.
  package var regularisation = 5e-4
  /// The maximum number of steps of the solver; it stops earlier when the gradient is close to zero.
  package var iterations = 40
  /// Whether to weight the classes so that all have the same total weight, regardless of their sizes.
  package var balancesClasses = true

  package init() {}
}
