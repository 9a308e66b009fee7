import Testing

@testable import Datasets

@Suite("Random streams")
struct RandomStreamTests {
  @Test("SplitMix64 draws what its authors' program draws from 1234567")
  func matchesReference() {
    var random = SplitMix64(state: 1_234_567)
    #expect(
      (0..<3).map { _ in random.next() } == [
        6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
      ])
  }

  @Test("a permutation has every number once, and depends on the seed alone")
  func permutes() {
    var first = RandomStream(seed: 42).generator("split", step: 0)
    var second = RandomStream(seed: 42).generator("split", step: 0)
    var third = RandomStream(seed: 43).generator("split", step: 0)
    let permutation = first.permutation(of: 1000)
    #expect(permutation.sorted() == Array(0..<1000))
    #expect(permutation == second.permutation(of: 1000))
    #expect(permutation != third.permutation(of: 1000))
  }

  @Test("numbers below a bound are spread evenly")
  func spreads() {
    var random = SplitMix64(state: 7)
    var counts = [Int](repeating: 0, count: 10)
    for _ in 0..<100_000 { counts[random.number(below: 10)] += 1 }
    #expect(counts.allSatisfy { abs($0 - 10_000) < 500 })
  }

  @Test("no numbers have one permutation")
  func permutesNothing() {
    var random = SplitMix64(state: 7)
    #expect(random.permutation(of: 0) == [])
    #expect(random.permutation(of: 1) == [0])
  }
}
