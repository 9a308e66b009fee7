internal import Kernels

/// What a wide term makes least: the weighted mean loss of its examples, and half of `regularisation` times the
/// squares of its weights.
///
/// A parameter a bucket, and at last the intercept, which is not pulled to nothing. What a bucket is worth is its
/// parameter times how rare it is. Two threads work on fixed halves of the examples, so that sums do not depend on the
/// machine.
struct WideObjective {
  private let examples: WideExamples
  private let exampleWeights: [Double]
  private let rarities: [Double]
  private let regularisation: Double
  private let shards: [Shard]

  /// - Parameter classWeights: what an example of each class counts, beside its own weight.
  init(_ examples: WideExamples, classWeights: [Float], regularisation: Double) {
    self.examples = examples
    self.regularisation = regularisation
    let rarities = examples.rarities()
    let weights = zip(examples.weights, examples.labels).map { Double($0 * classWeights[$1]) }
    let total = max(weights.reduce(0, +), .leastNormalMagnitude)
    exampleWeights = weights.map { $0 / total }
    self.rarities = rarities
    let middle = examples.count / 2
    shards = [0..<middle, middle..<examples.count].map { Shard(rows: $0, parameters: rarities.count + 1) }
  }

  /// Where training starts: nothing.
  var start: [Double] { [Double](repeating: 0, count: rarities.count + 1) }

  /// What each bucket is worth: parameters times rarities, without the intercept.
  func weights(_ parameters: [Double]) -> [Double] {
    zip(parameters, rarities).map(*)
  }

  /// What is added to the log-odds of every tweet.
  func intercept(_ parameters: [Double]) -> Double { parameters[rarities.count] }

  /// Computes the loss, and how it changes with each parameter.
  func evaluate(_ parameters: [Double], gradient: inout [Double]) -> Double {
    let (weights, intercept) = (weights(parameters), intercept(parameters))
    let (examples, exampleWeights, shards) = (examples, exampleWeights, shards)
    concurrently(shards.count) { shard in
      shards[shard].evaluate(examples, exampleWeights, weights, intercept: intercept)
    }
    var squares = 0.0
    for bucket in rarities.indices {
      let slope = shards.reduce(0) { $0 + $1.gradient[bucket] }
      gradient[bucket] = slope * rarities[bucket] + regularisation * parameters[bucket]
      squares += parameters[bucket] * parameters[bucket]
    }
    gradient[rarities.count] = shards.reduce(0) { $0 + $1.gradient[rarities.count] }
    return shards.reduce(0) { $0 + $1.loss } + regularisation / 2 * squares
  }
}

/// What one thread computes of an objective, and its memory. Touched by one thread at a time.
private final class Shard: @unchecked Sendable {
  private let rows: Range<Int>
  /// By what buckets are worth, and at last by the intercept.
  private(set) var gradient: [Double]
  private(set) var loss = 0.0

  init(rows: Range<Int>, parameters: Int) {
    self.rows = rows
    gradient = [Double](repeating: 0, count: parameters)
  }

  func evaluate(
    _ examples: WideExamples, _ exampleWeights: [Double], _ weights: [Double], intercept: Double
  ) {
    loss = 0
    var sum = 0.0
    var memory: [Double] = []
    swap(&memory, &gradient)
    defer { swap(&memory, &gradient) }
    var slopes = memory.mutableSpan
    for index in slopes.indices { slopes[index] = 0 }
    for row in rows {
      let logOdds = examples.logOdds(of: row, weights.span) + intercept
      let label = examples.labels[row]
      loss += exampleWeights[row] * LogisticLoss.value(logOdds: logOdds, label: label)
      let slope = exampleWeights[row] * LogisticLoss.slope(logOdds: logOdds, label: label)
      examples.addGradient(of: row, slope: slope, to: &slopes)
      sum += slope
    }
    slopes[slopes.count - 1] = sum
  }
}
