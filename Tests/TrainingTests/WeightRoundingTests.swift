import Datasets
import Kernels
import Testing

@testable import Training

/// Rounding in training against what quantising does.
@Suite("Weights rounded in training")
struct WeightRoundingTests {
  /// Normally distributed weights.
  private static let weights: Tensor = {
    var weights = Tensor.random(rows: 48, columns: 400, seed: 9)
    // The sum of twelve uniform numbers is close to normal.
    for seed in 10..<21 { weights.add(Tensor.random(rows: 48, columns: 400, seed: UInt64(seed)).values) }
    return weights
  }()

  private static func rounded(bits: Int) -> [Float] {
    var rounded = weights.zeros.values
    WeightRounding(bits: bits).round(weights, into: &rounded)
    return rounded
  }

  private static func squaredError(_ numbers: [Float]) -> Double {
    zip(numbers, weights.values).reduce(0) { $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1) }
  }

  private static func quantised(_ numbers: [Float], bits: Int) -> [Float] {
    let (codes, scales) = Kernels.quantised(
      numbers.span, rows: weights.rows, greatestCode: 1 << (bits - 1) - 1)
    return codes.indices.map { Float(codes[$0]) * scales[$0 / weights.columns] }
  }

  @Test("Quantising to as many bits changes nothing any more", arguments: 3...8)
  func quantisesWithoutLoss(bits: Int) {
    let rounded = Self.rounded(bits: bits)
    for (number, quantised) in zip(rounded, Self.quantised(rounded, bits: bits)) {
      #expect(abs(number - quantised) <= 1e-5 * max(1, abs(number)))
    }
  }

  @Test("The error is little more than that of the scale that quantising finds", arguments: 3...6)
  func isCloseToTheBest(bits: Int) {
    let best = Self.squaredError(Self.quantised(Self.weights.values, bits: bits))
    #expect(Self.squaredError(Self.rounded(bits: bits)) < 1.1 * best)
  }

  @Test("A row of zeros stays one")
  func zeros() {
    var rounded: [Float] = [1, 1, 1]
    WeightRounding(bits: 4).round(Tensor(rows: 1, columns: 3), into: &rounded)
    #expect(rounded == [0, 0, 0])
  }
}
