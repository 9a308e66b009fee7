internal import Datasets
internal import Glibc

/// Words drawn for a sampled softmax, and the probability of each word of being drawn.
struct WordCandidates: Equatable, Sendable {
  /// All different.
  let ids: [Int32]
  /// For every word of the vocabulary, the logarithm of its probability of being drawn, [V].
  let logProbabilities: [Float]

  init(ids: [Int32], logProbabilities: [Float]) {
    self.ids = ids
    self.logProbabilities = logProbabilities
  }

  /// Draws `count` different words of `words`.
  ///
  /// Rank k is drawn with probability log((k + 2) / (k + 1)) / log(V + 1), close to Zipf's law, as a vocabulary is
  /// sorted by decreasing frequency; draws are repeated until there are enough different words. Source: Jean et al.
  /// 2015, and TensorFlow's log-uniform candidate sampler.
  init(_ count: Int, of words: Int, using generator: inout SplitMix64) {
    precondition(count > 0 && count <= words)
    var isDrawn = [Bool](repeating: false, count: words)
    var ids: [Int32] = []
    ids.reserveCapacity(count)
    var draws = 0.0
    let range = log(Double(words + 1))
    while ids.count < count {
      draws += 1
      let rank = Int(exp(Double(generator.nextFraction()) * range)) - 1
      guard rank < words, !isDrawn[rank] else { continue }
      isDrawn[rank] = true
      ids.append(Int32(rank))
    }
    self.ids = ids
    logProbabilities = (0..<words).map { rank in
      let once = log1p(1 / Double(rank + 1)) / range
      return Float(log(-expm1(draws * log1p(-once))))
    }
  }
}
