import Testing

@testable import Training

@Suite("Weight average")
struct WeightAverageTests {
  private func parameters(_ weight: Float, _ bias: Float) -> LinearParameters {
    LinearParameters(
      weight: Tensor(rows: 1, columns: 1, values: [weight]),
      bias: Tensor(rows: 1, columns: 1, values: [bias]))
  }

  private func numbers(_ tree: LinearParameters) -> [Float] { tree.weight.values + tree.bias.values }

  @Test("without decay it is the plain mean of every tensor")
  func uniform() {
    var average = WeightAverage(of: parameters(1, 10))
    average.add(parameters(2, 20))
    average.add(parameters(6, 0))
    #expect(numbers(average.mean) == [3, 10])
  }

  @Test("with decay each counts that part of the one after it")
  func exponential() {
    var average = WeightAverage(of: parameters(1, 0), decay: 0.5)
    average.add(parameters(2, 0))
    average.add(parameters(3, 7))
    // Weights 1/4, 1/2 and 1.
    #expect(Tensor(rows: 1, columns: 2, values: numbers(average.mean)).isClose(to: [4.25 / 1.75, 4]))
  }

  @Test("the first parameters are the mean until others come")
  func beginning() {
    #expect(numbers(WeightAverage(of: parameters(1, -1), decay: 0.9).mean) == [1, -1])
  }

  @Test("equal parameters stay as they are, to the bit")
  func constant() {
    var average = WeightAverage(of: parameters(0.1, 0.7), decay: 0.99)
    for _ in 0..<1000 { average.add(parameters(0.1, 0.7)) }
    #expect(numbers(average.mean) == [0.1, 0.7])
  }

  @Test("one that goes on from a checkpoint gives the bits of one that was not stopped")
  func resumed() {
    var whole = WeightAverage(of: parameters(1, 2), decay: 0.9)
    whole.add(parameters(0.3, 0.4))
    var resumed = WeightAverage(mean: whole.mean, weight: whole.weight, decay: whole.decay)
    whole.add(parameters(0.5, 0.6))
    resumed.add(parameters(0.5, 0.6))
    #expect(numbers(whole.mean) == numbers(resumed.mean) && whole.weight == resumed.weight)
  }

  @Test("what was added keeps its own numbers")
  func values() {
    let first = parameters(1, 1)
    var average = WeightAverage(of: first)
    average.add(parameters(3, 3))
    #expect(numbers(first) == [1, 1])
  }
}
