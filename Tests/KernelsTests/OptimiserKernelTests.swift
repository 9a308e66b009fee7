import Kernels
import Synchronization
import Testing

@Suite("Optimiser kernel")
struct OptimiserKernelTests {
  /// Nothing, odd numbers around the width of a register, and more than one core's block.
  static let counts = [0, 1, 15, 16, 17, 1000, 2 * 65_536 + 3]
  static let plain = OptimiserKernel.available[OptimiserKernel.available.count - 1]

  @Test("The plain version is always there, and the last")
  func plainIsAlwaysAvailable() {
    #expect(Self.plain.name == "plain")
    #expect(OptimiserKernel.best == OptimiserKernel.available[0])
  }

  @Test(
    "Every version steps to the bits of the textbook's loop", arguments: OptimiserKernel.available, counts)
  func adam(kernel: OptimiserKernel, count: Int) {
    let example = AdamExample(count: count)
    #expect(example.stepped(by: kernel) == example.stepped())
  }

  @Test(
    "Every version sums squares to the bits of the plain one", arguments: OptimiserKernel.available, counts)
  func sumOfSquares(kernel: OptimiserKernel, count: Int) {
    var random = Numbers(seed: 5)
    let numbers = random.next(count, times: 3)
    let sum = kernel.sumOfSquares(numbers.span)
    let exact = numbers.reduce(0.0) { $0 + Double($1) * Double($1) }
    #expect(sum == Self.plain.sumOfSquares(numbers.span))
    #expect(abs(sum - exact) <= 1e-12 * exact)
  }

  @Test("A sum of squares too great for single precision is a number", arguments: OptimiserKernel.available)
  func greatSquares(kernel: OptimiserKernel) {
    let numbers = [Float](repeating: 1e30, count: 33)
    #expect(abs(kernel.sumOfSquares(numbers.span) / 33e60 - 1) < 1e-6)
  }

  @Test("One infinity or NaN anywhere shows in the sum", arguments: OptimiserKernel.available)
  func notFinite(kernel: OptimiserKernel) {
    for place in [0, 16, 36] {
      var numbers = [Float](repeating: 1, count: 37)
      numbers[place] = .infinity
      #expect(kernel.sumOfSquares(numbers.span) == .infinity)
      numbers[place] = .nan
      #expect(kernel.sumOfSquares(numbers.span).isNaN)
    }
  }

  @Test("Every version adds to the bits of the textbook's loop", arguments: OptimiserKernel.available, counts)
  func adds(kernel: OptimiserKernel, count: Int) {
    var random = Numbers(seed: 6)
    let source = random.next(count)
    var target = random.next(count)
    let expected = zip(source, target).map { source, target in
      let product = source * 0.3
      return target + product
    }
    var span = target.mutableSpan
    kernel.add(source.span, scaledBy: 0.3, to: &span)
    #expect(target == expected)
  }

  @Test("Concurrent work is done once for every index", arguments: [0, 1, 2, 1000])
  func concurrentIndices(count: Int) {
    let done = Mutex([Int](repeating: 0, count: count))
    concurrently(count) { index in done.withLock { $0[index] += 1 } }
    #expect(done.withLock { $0 } == [Int](repeating: 1, count: count))
  }
}

/// A step of Adam to be taken in several ways.
private struct AdamExample {
  let constants = AdamConstants(
    rate: 0.01, momentum: 0.75, squareMomentum: 0.99, weightDecay: 0.01, epsilon: 1e-8, count: 3,
    gradientScale: 0.5)
  let gradients: [Float]
  let values: [Float]
  let means: [Float]
  let squares: [Float]

  init(count: Int) {
    var random = Numbers(seed: 4)
    gradients = random.next(count)
    values = random.next(count, times: 2)
    means = random.next(count, times: 0.1)
    squares = random.next(count).map { $0 * $0 }
  }

  /// Values, means and squares afterwards.
  func stepped(by kernel: OptimiserKernel) -> [[Float]] {
    var (values, means, squares) = (values, means, squares)
    var value = values.mutableSpan
    var mean = means.mutableSpan
    var square = squares.mutableSpan
    kernel.step(constants, gradients: gradients.span, values: &value, means: &mean, squares: &square)
    return [values, means, squares]
  }

  /// The same, written as the formulas stand, one operation a line where the order matters.
  func stepped() -> [[Float]] {
    var (values, means, squares) = (values, means, squares)
    let step = Float(0.01 / (1 - 0.75 * 0.75 * 0.75))
    let rootScale = Float(1 / (1 - 0.99 * 0.99 * 0.99).squareRoot())
    for index in values.indices {
      let gradient = gradients[index] * 0.5
      let share = (gradient - means[index]) * Float(1 - 0.75)
      means[index] += share
      let squareShare = gradient * gradient * Float(1 - 0.99)
      squares[index] = squares[index] * 0.99 + squareShare
      let root = squares[index].squareRoot() * rootScale
      let move = means[index] / (root + 1e-8) * step
      values[index] = values[index] * Float(1 - 0.01 * 0.01) - move
    }
    return [values, means, squares]
  }
}
