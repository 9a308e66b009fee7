internal import Glibc

/// Words drawn for a sampled softmax, and how likely each was to be among them.
///
/// Words are drawn by rank: rank k with probability log((k + 2) / (k + 1)) / log(V + 1), close to Zipf's law, as a
/// vocabulary is in order of falling frequency; again and again until there are enough different ones. Source: Jean et
/// al. 2015, and TensorFlow's log-uniform candidate sampler.
struct WordCandidates: Equatable, Sendable {
  /// Different words.
  let ids: [Int32]
  /// How often words were drawn in all.
  let draws: Int
  /// V.
  let words: Int

  /// Draws `count` different words of `words`.
  init(_ count: Int, of words: Int, using generator: inout some RandomNumberGenerator) {
    precondition(count > 0 && count <= words)
    var isDrawn = [Bool](repeating: false, count: words)
    var ids: [Int32] = []
    ids.reserveCapacity(count)
    var draws = 0
    let range = log(Double(words + 1))
    while ids.count < count {
      draws += 1
      let rank = Int(exp(Double.random(in: 0..<1, using: &generator) * range)) - 1
      guard rank < words, !isDrawn[rank] else { continue }
      isDrawn[rank] = true
      ids.append(Int32(rank))
    }
    self.init(ids: ids, draws: draws, words: words)
  }

  init(ids: [Int32], draws: Int, words: Int) {
    self.ids = ids
    self.draws = draws
    self.words = words
  }

  /// The logarithm of how probable it was that a word would be among the candidates.
  func logProbability(of id: Int32) -> Float {
    let rank = Double(id)
    let once = log((rank + 2) / (rank + 1)) / log(Double(words + 1))
    return Float(log(-expm1(Double(draws) * log1p(-once))))
  }
}
