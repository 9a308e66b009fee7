import Testing

@testable import Training

@Suite("Concat pooling")
struct ConcatPoolingTests {
  @Test("a row is its last, greatest and mean answers over its own tokens")
  func raggedRows() {
    // Two units of three rows at the first step, of two at the second, of one at the third.
    let steps: [[Float]] = [[1, -1, 4, -4, 0.5, -8], [3, -6, 2, -2], [2, -5]]
    let answers = Tensor(rows: 6, columns: 2, values: steps.flatMap { $0 })
    let (pooled, _) = ConcatPooling.forward(answers, steps: Steps(lengths: [3, 2, 1]))
    #expect(pooled.rows == 3 && pooled.columns == 6)
    #expect(pooled.values == [2, -5, 3, -1, 2, -4] + [2, -2, 4, -2, 3, -3] + [0.5, -8, 0.5, -8, 0.5, -8])
  }

  @Test(
    "the gradient is that of difference quotients",
    arguments: [[1], [4], [1, 1, 1], [3, 3], [5, 3, 3, 1]])
  func gradient(lengths: [Int]) {
    let steps = Steps(lengths: lengths)
    // No two answers of a unit are closer than the check looks.
    let order = (0..<steps.tokens * 3).map { Float(($0 * 7) % (steps.tokens * 3)) / 4 }
    let answers = Tensor(rows: steps.tokens, columns: 3, values: order)
    let weights = Tensor.random(rows: lengths.count, columns: 9, seed: 1)
    let (_, tape) = ConcatPooling.forward(answers, steps: steps)
    let mismatches = GradientCheck().mismatches(of: ConcatPooling.backward(weights, tape), at: answers) {
      ConcatPooling.forward($0, steps: steps).pooled.weighted(by: weights)
    }
    #expect(mismatches == [])
  }

  @Test("of equal greatest answers the first takes the gradient")
  func ties() {
    let steps = Steps(lengths: [3])
    let answers = Tensor(rows: 3, columns: 1, values: [1, 2, 2])
    let (_, tape) = ConcatPooling.forward(answers, steps: steps)
    let gradient = Tensor(rows: 1, columns: 3, values: [0, 5, 0])
    #expect(ConcatPooling.backward(gradient, tape).values == [0, 5, 0])
  }

  @Test("a row's answers do not touch its neighbour's gradient")
  func rowsApart() {
    let steps = Steps(lengths: [2, 1])
    let (_, tape) = ConcatPooling.forward(.random(rows: 3, columns: 1, seed: 2), steps: steps)
    let gradient = Tensor(rows: 2, columns: 3, values: [0, 0, 0, 1, 1, 1])
    #expect(ConcatPooling.backward(gradient, tape).values == [0, 3, 0])
  }
}
