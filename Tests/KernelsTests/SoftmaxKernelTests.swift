import Glibc
import Kernels
import Testing

@Suite("Softmax kernel")
struct SoftmaxKernelTests {
  /// A row is never empty.
  static let counts = TrainingKernels.counts.filter { $0 > 0 }

  @Test(
    "A row becomes its scaled softmax, and the logarithm of its sum is returned",
    arguments: TrainingKernels.available, counts)
  func plain(kernels: TrainingKernels, count: Int) {
    var example = SoftmaxExample(count: count, spread: 8)
    example.expectExact(kernels)
    example.scale = 0.001
    example.expectExact(kernels)
  }

  @Test(
    "A bias is added before, and a logit beside counts in the sum",
    arguments: TrainingKernels.available, counts)
  func biasAndBeside(kernels: TrainingKernels, count: Int) {
    var example = SoftmaxExample(count: count, spread: 3)
    var random = Numbers(seed: 7)
    example.bias = random.next(count, times: 3)
    example.expectExact(kernels)
    // Less than all, in the middle, the greatest.
    for beside: Float in [-50, 0.5, 12] {
      example.beside = beside
      example.expectExact(kernels)
    }
  }

  @Test("Numbers before and behind the row are left alone", arguments: TrainingKernels.available)
  func neighbours(kernels: TrainingKernels) {
    var logits: [Float] = [7, 8] + [Float](repeating: 1, count: 17) + [9]
    var span = logits.mutableSpan
    _ = kernels.softmax(&span, from: 2, count: 17, scale: 1)
    #expect(logits[...1] == [7, 8] && logits[19] == 9)
    #expect(Array(logits[2..<19]).isClose(to: Array(repeating: 1 / 17, count: 17), tolerance: 1e-7))
  }

  @Test("A logit of minus infinity has a probability of almost nothing", arguments: TrainingKernels.available)
  func minusInfinity(kernels: TrainingKernels) {
    for place in [0, 15, 16, 18] {
      var logits = [Float](repeating: 2, count: 19)
      logits[place] = -.infinity
      let total = Self.softmax(kernels, &logits)
      #expect(abs(logits[place]) < 1e-37)
      #expect(logits.indices.allSatisfy { $0 == place || abs(logits[$0] - 1 / 18) < 1e-7 })
      #expect(abs(Double(total) - (2 + log(18))) < 1e-6)
    }
  }

  @Test(
    "Alone beside minus infinities, the logit beside takes everything", arguments: TrainingKernels.available)
  func onlyBeside(kernels: TrainingKernels) {
    var logits = [Float](repeating: -.infinity, count: 20)
    let total = Self.softmax(kernels, &logits, beside: -3)
    #expect(logits.allSatisfy { abs($0) < 1e-37 })
    #expect(abs(total + 3) < 1e-6)
  }

  @Test("Logits as far apart as they come give numbers", arguments: TrainingKernels.available)
  func extremes(kernels: TrainingKernels) {
    for great: Float in [100, 1e6, 3e38] {
      var logits: [Float] = [great, -great, 0, great]
      let total = Self.softmax(kernels, &logits)
      #expect(logits.isClose(to: [0.5, 0, 0, 0.5], tolerance: 1e-7))
      #expect(abs(total - (great + 0.693147)) <= 1e-6 * great)
    }
  }

  @Test("A NaN, an infinity or nothing but minus infinities give NaN", arguments: TrainingKernels.available)
  func notANumber(kernels: TrainingKernels) {
    for place in [0, 16, 18] {
      for wrong: Float in [.nan, .infinity] {
        var logits = [Float](repeating: 1, count: 19)
        logits[place] = wrong
        #expect(Self.softmax(kernels, &logits).isNaN)
        #expect(logits[place].isNaN)
      }
    }
    var logits = [Float](repeating: -.infinity, count: 19)
    #expect(Self.softmax(kernels, &logits).isNaN)
  }

  private static func softmax(
    _ kernels: TrainingKernels, _ logits: inout [Float], beside: Float = -.infinity
  ) -> Float {
    let count = logits.count
    var span = logits.mutableSpan
    return kernels.softmax(&span, from: 0, count: count, beside: beside, scale: 1)
  }
}

/// A row of logits and what softmax is to make of it.
private struct SoftmaxExample {
  let logits: [Float]
  var bias: [Float]?
  var beside = -Float.infinity
  var scale: Float = 1

  init(count: Int, spread: Float) {
    var random = Numbers(seed: 3)
    logits = random.next(count, times: spread)
  }

  /// Expects a version to give what the formula gives in double precision.
  func expectExact(_ kernels: TrainingKernels) {
    var row = logits
    let count = row.count
    var span = row.mutableSpan
    let total =
      if let bias {
        kernels.softmax(&span, from: 0, count: count, bias: bias.span, beside: beside, scale: scale)
      } else {
        kernels.softmax(&span, from: 0, count: count, beside: beside, scale: scale)
      }
    let exact = zip(logits, bias ?? logits.map { _ in 0 }).map { Double($0) + Double($1) }
    let sum = exact.reduce(exp(Double(beside))) { $0 + exp($1) }
    #expect(row.isClose(to: exact.map { Double(scale) * exp($0) / sum }, tolerance: 1e-6 * Double(scale)))
    #expect(abs(Double(total) - log(sum)) < 3e-6)
  }
}
