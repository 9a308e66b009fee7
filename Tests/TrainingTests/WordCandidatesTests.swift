import Datasets
import Glibc
import Testing

@testable import Training

@Suite("The words of a sampled softmax")
struct WordCandidatesTests {
  @Test("words of an ordinary vocabulary are drawn by 24 bits each, as ever, without repetition")
  func ordinary() {
    var (drawing, reference) = (SplitMix64(state: 3), SplitMix64(state: 3))
    let candidates = WordCandidates(500, of: 30_000, using: &drawing)
    var expected: [Int32] = []
    while expected.count < 500 {
      let rank = Int32(exp(Double(reference.nextFraction()) * log(30_001))) - 1
      if !expected.contains(rank) { expected.append(rank) }
    }
    #expect(candidates.ids == expected)
  }

  @Test("words of a vocabulary of millions that lie between two single-precision fractions are drawn too")
  func millions() {
    let words = 1 << 21
    let step = log(Double(words + 1)) * 0x1p-24
    var generator = SplitMix64(state: 4)
    let candidates = WordCandidates(4096, of: words, using: &generator)
    let between = candidates.ids.filter { id in
      let rank = Double(id)
      // The first of the fractions that leads to this rank or a higher one leads beyond it.
      return exp((log(rank + 1) / step).rounded(.up) * step) >= rank + 2.001
    }
    #expect(!between.isEmpty)
  }
}
