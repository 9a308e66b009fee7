import Kernels
import Testing

@Suite("Sums and products of training")
struct ElementKernelTests {
  /// The output begins before the numbers that are worked on and ends behind them.
  static let first = 3

  @Test(
    "Numbers are multiplied by factors one by one, and the others left alone",
    arguments: TrainingKernels.available, TrainingKernels.counts)
  func multiplyInPlace(kernels: TrainingKernels, count: Int) {
    let example = ElementExample(count: count)
    var output = example.output
    var span = output.mutableSpan
    kernels.multiply(&span, from: Self.first, by: example.a.span)
    #expect(output == example.result { a, old in old * a })
  }

  @Test("Numbers are added, scaled", arguments: TrainingKernels.available, TrainingKernels.counts)
  func add(kernels: TrainingKernels, count: Int) {
    let example = ElementExample(count: count)
    var output = example.output
    var span = output.mutableSpan
    kernels.add(example.a.span, scale: -0.3, to: &span, from: Self.first)
    #expect(output.isClose(to: example.exact { a, old in old - Double(Float(0.3)) * a }, tolerance: 1e-6))
  }

  @Test(
    "Dot products are those of double precision",
    arguments: TrainingKernels.available, TrainingKernels.counts)
  func sums(kernels: TrainingKernels, count: Int) {
    let example = ElementExample(count: count)
    let pairs = zip(example.a, example.b).map { (Double($0), Double($1)) }
    let dot = pairs.reduce(0) { $0 + $1.0 * $1.1 }
    let tolerance = 1e-6 * (1 + Double(count).squareRoot())
    #expect(abs(Double(kernels.dot(example.a.span, example.b.span)) - dot) <= tolerance)
  }

  @Test("A NaN in any place shows in every sum and product", arguments: TrainingKernels.available)
  func notANumber(kernels: TrainingKernels) {
    for place in [0, 15, 16, 32] {
      var a = [Float](repeating: 1, count: 33)
      a[place] = .nan
      let b = [Float](repeating: 0, count: 33)
      #expect(kernels.dot(a.span, b.span).isNaN)
      var output = b
      var span = output.mutableSpan
      kernels.add(a.span, to: &span)
      #expect(output.indices.filter { output[$0].isNaN } == [place])
    }
  }

  @Test("Very great and very small numbers follow IEEE 754", arguments: TrainingKernels.available)
  func extremes(kernels: TrainingKernels) {
    let a: [Float] = [.greatestFiniteMagnitude, .infinity, -.infinity, .leastNonzeroMagnitude]
    var output = a
    var span = output.mutableSpan
    kernels.multiply(&span, by: [2, 2, 2, 0.25].span)
    #expect(output == [.infinity, .infinity, -.infinity, 0])
    #expect(kernels.dot(a.span, [0, 1, 1, 0].span).isNaN)
  }
}

/// Two arrays and an output that has a few numbers more, before and behind.
private struct ElementExample {
  let a: [Float]
  let b: [Float]
  let output: [Float]

  init(count: Int) {
    var random = Numbers(seed: 2)
    a = random.next(count, times: 2)
    b = random.next(count)
    output = random.next(count + ElementKernelTests.first + 2)
  }

  /// The output when every number in the middle is a function of that of a and of the previous one.
  func result(_ function: (Float, Float) -> Float) -> [Float] {
    var result = output
    for index in a.indices {
      let place = ElementKernelTests.first + index
      result[place] = function(a[index], output[place])
    }
    return result
  }

  /// The same in double precision.
  func exact(_ function: (Double, Double) -> Double) -> [Double] {
    var result = output.map { Double($0) }
    for index in a.indices {
      let place = ElementKernelTests.first + index
      result[place] = function(Double(a[index]), result[place])
    }
    return result
  }
}
