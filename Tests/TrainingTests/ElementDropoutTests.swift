import Testing

@testable import Training

@Suite("Element dropout")
struct ElementDropoutTests {
  private let ones = Tensor(rows: 100, columns: 100, values: [Float](repeating: 1, count: 10_000))

  @Test("as many numbers are dropped as the rate says, and the others make up for it", arguments: [0.1, 0.5])
  func rate(rate: Float) {
    let result = ElementDropout(rate: rate).apply(ones, key: 11).values
    let dropped = result.count { $0 == 0 }
    // Within four standard deviations.
    #expect(abs(Float(dropped) - 10_000 * rate) < 4 * (10_000 * rate * (1 - rate)).squareRoot())
    #expect(result.allSatisfy { $0 == 0 || $0 == 1 / (1 - rate) })
  }

  @Test("the same key drops the same numbers, another key others")
  func keys() {
    let dropout = ElementDropout(rate: 0.5)
    #expect(dropout.apply(ones, key: 11) == dropout.apply(ones, key: 11))
    #expect(dropout.apply(ones, key: 11) != dropout.apply(ones, key: 12))
  }

  @Test("the mask depends on nothing but key and place")
  func pureMask() {
    let dropout = ElementDropout(rate: 0.3)
    let numbers = Tensor.random(rows: 100, columns: 100, seed: 8)
    let (first, second) = (dropout.apply(ones, key: 13), dropout.apply(numbers, key: 13))
    #expect(first.values.map { $0 == 0 } == second.values.map { $0 == 0 })
  }

  @Test("a rate of 0 changes nothing")
  func nothing() {
    #expect(ElementDropout(rate: 0).apply(ones, key: 11) == ones)
  }
}
