import Kernels
import Testing

extension TrainingKernels: CustomTestStringConvertible {
  /// Nothing, sizes around the 16 lanes of a sum, and the one of a real layer.
  static let counts = [0, 1, 15, 16, 17, 1150]

  /// The instruction set.
  public var testDescription: String { name }
}

/// Where two lists differ first; nil when they are the same.
func firstDifference(_ one: [Float], _ other: [Float]) -> Int? {
  guard one.count == other.count else { return min(one.count, other.count) }
  return one.indices.first { one[$0] != other[$0] }
}

extension [Float] {
  /// Whether all numbers are within `tolerance` of those computed in double precision; a NaN is not.
  func isClose(to expected: [Double], tolerance: Double) -> Bool {
    count == expected.count && zip(self, expected).allSatisfy { abs(Double($0) - $1) <= tolerance }
  }
}
