package import AWDLSTM
internal import Datasets
internal import Kernels
internal import TweetText

/// What a wide term makes least: the weighted mean loss of its examples, and half of `regularisation` times the
/// squares of its weights.
///
/// Parameters are those of the buckets, [buckets][scores], and at last the intercepts, one a score, which are not pulled
/// to nothing; how many scores there are says `LogisticLoss`. What a bucket is worth is its parameters times how rare it
/// is. Two threads work on fixed halves of the examples, so that sums do not depend on the machine.
struct WideObjective {
  private let examples: WideExamples
  private let targets: [Target]
  private let exampleWeights: [Double]
  private let rarities: [Double]
  private let regularisation: Double
  private let scores: Int
  private let halves: any WideSums

  /// - Parameter classWeights: what an example of each class counts, beside its own weight.
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

  /// Where training starts: nothing.
  var start: [Double] { [Double](repeating: 0, count: (rarities.count + 1) * scores) }

  /// What each bucket is worth: parameters times rarities, without the intercepts.
  func weights(_ parameters: [Double]) -> WideWeights {
    var values = parameters
    values.removeLast(scores)
    for index in values.indices { values[index] *= rarities[index / scores] }
    return WideWeights(scores: scores, values: values)
  }

  /// What is added to the scores of every tweet.
  func intercepts(_ parameters: [Double]) -> [Double] { Array(parameters.suffix(scores)) }

  /// Computes the loss, and how it changes with each parameter.
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

/// Sums over all examples: of one score each, or of several.
private protocol WideSums: Sendable {
  /// The mean loss, and how it changes with what buckets are worth and with the intercepts.
  func evaluate(
    _ examples: WideExamples, _ targets: [Target], _ exampleWeights: [Double], _ weights: WideWeights,
    intercepts: [Double], gradient: inout [Double]
  ) -> Double
}

/// Both halves of the examples, each the work of one thread.
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

/// What one thread computes of an objective, and its memory. Touched by one thread at a time.
private final class Shard<Cell: WideCell>: @unchecked Sendable {
  private let rows: Range<Int>
  /// By what buckets are worth.
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
  /// How strongly weights are pulled to nothing: half of it times their squares is added to the mean loss.
  package var regularisation = 5e-4
  /// Steps of the solver at most; it ends before when the gradient has all but vanished.
  package var iterations = 40
  /// Whether the classes are weighed so that all count alike in sum, however many tweets each has.
  package var balancesClasses = true

  package init() {}
}
