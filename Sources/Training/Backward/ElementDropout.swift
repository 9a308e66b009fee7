internal import Datasets

/// Puts 0 in place of numbers, each for itself with the same probability, and makes up for it in the others
/// (Srivastava et al. 2014).
///
/// Which ones is a pure function of a key and a number's place: no mask is kept, and the way back is the same
/// function.
package struct ElementDropout: Equatable, Sendable {
  /// The probability that a number is dropped, 0 ..< 1.
  package let rate: Float

  package init(rate: Float) {
    precondition(rate >= 0 && rate < 1)
    self.rate = rate
  }

  /// Training: drops the numbers that the key says and divides the others by 1 - rate. For the way back the
  /// same, with the gradient in place of the numbers.
  package func apply(_ numbers: Tensor, key: UInt64) -> Tensor {
    guard rate > 0 else { return numbers }
    var mask = SplitMix64(state: key)
    var result = numbers
    for index in result.values.indices {
      result.values[index] = mask.nextFraction() < rate ? 0 : result.values[index] / (1 - rate)
    }
    return result
  }
}
