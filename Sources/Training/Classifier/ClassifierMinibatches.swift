package import Datasets

/// The examples of an epoch in minibatches of about the same length, in random order.
///
/// As fastai's sortish sampler: examples are shuffled, sorted by length in groups of fifty minibatches, cut, and the
/// minibatches are shuffled again.
struct ClassifierMinibatches: Sendable {
  /// For each minibatch, the indices of its examples, the longest first.
  let indices: [[Int]]

  /// The number of minibatches; the last of an epoch may be smaller.
  static func count(examples: Int, size: Int) -> Int { (examples + size - 1) / size }

  init(_ examples: [TokenisedExample], size: Int, using generator: inout SplitMix64) {
    var order = Array(examples.indices)
    order.shuffle(using: &generator)
    var indices: [[Int]] = []
    for start in stride(from: 0, to: order.count, by: 50 * size) {
      indices += Self.byLength(order[start..<min(start + 50 * size, order.count)], examples, size: size)
    }
    indices.shuffle(using: &generator)
    self.indices = indices
  }

  /// By decreasing length, for evaluation.
  init(evaluating examples: [TokenisedExample], size: Int) {
    indices = Self.byLength(examples.indices, examples, size: size)
  }

  private static func byLength(
    _ order: some Sequence<Int>, _ examples: [TokenisedExample], size: Int
  ) -> [[Int]] {
    // A stable sort: examples of one length stay in random order. Sorted by index, those of one class would be
    // adjacent, and a minibatch of a single class spoils the statistics of batch normalisation.
    let sorted = order.enumerated().sorted {
      (examples[$1.element].ids.count, $0.offset) < (examples[$0.element].ids.count, $1.offset)
    }.map(\.element)
    return stride(from: 0, to: sorted.count, by: size).map {
      Array(sorted[$0..<min($0 + size, sorted.count)])
    }
  }
}

/// A tweet for training a classifier.
package struct TokenisedExample: Equatable, Sendable {
  /// Not empty.
  package var ids: [Int32]
  /// Its label, as far as it is known.
  package var target: Target
  /// Its weight, which is multiplied with that of its class.
  package var weight: Float

  package init(ids: [Int32], target: Target, weight: Float = 1) {
    precondition(!ids.isEmpty && weight >= 0)
    self.ids = ids
    self.target = target
    self.weight = weight
  }
}

extension Checksum {
  mutating func add(_ tweets: [TokenisedExample]) {
    for tweet in tweets {
      add(tweet.ids)
      add(tweet.target)
      add([Int32(bitPattern: tweet.weight.bitPattern)])
    }
  }

  private mutating func add(_ target: Target) {
    switch target {
    case .label(let label): add([Int32(label)])
    case .distribution(let probabilities): add(probabilities.map { Int32(bitPattern: $0.bitPattern) })
    case .odds(let label, let other): add([Int32(label), Int32(other)])
    }
  }
}
