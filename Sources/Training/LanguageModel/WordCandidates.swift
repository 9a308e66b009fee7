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
      let rank = Int(exp(Self.fraction(of: words, range, using: &generator) * range)) - 1
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

  /// A number in 0 ..< 1 that can lead to every rank.
  ///
  /// Neighbours among the 2²⁴ single-precision fractions are up to (V + 1) · `range` / 2²⁴ ranks apart: more
  /// than one from 1.2 million words on, so some could never be drawn. There, 53 bits are taken instead of 24.
  private static func fraction(of words: Int, _ range: Double, using generator: inout SplitMix64) -> Double {
    guard Double(words + 1) * range > 0x1p24 else { return Double(generator.nextFraction()) }
    return Double(generator.next() >> 11) * 0x1p-53
  }
}
