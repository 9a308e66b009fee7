/// Weights as codes of few bits would have them, so that training learns to make up for the rounding
/// (quantisation-aware training, Jacob et al. 2018).
///
/// The forward pass and the gradients of activations use rounded weights; the gradient of a rounded weight is that of the
/// weight itself (the straight-through estimator, Bengio et al. 2013). What a row is rounded to depends on its weights
/// alone, so an interrupted training continues with the same bits.
package struct WeightRounding: Equatable, Sendable {
  /// The bits of a code, which is at most 2^(bits - 1) - 1 in magnitude.
  package let bits: Int

  /// How many bits codes can have: with more there is nothing to make up for.
  package static let bits = 3...8

  package init(bits: Int) {
    precondition(Self.bits.contains(bits))
    self.bits = bits
  }

  /// The steps between two codes that leave the least squared error of normally distributed weights, in standard
  /// deviations, for 3 to 8 bits: for an odd number of levels with 0 among them, found numerically.
  private static let steps: [Float] = [0.6508, 0.3534, 0.1930, 0.1055, 0.0573, 0.0310]

  /// Rounds each row of `weights` to multiples of its own step, and cuts off what is beyond the greatest code. Some weight
  /// gets the greatest code, by which quantising will find the same step.
  ///
  /// - Parameter rounded: receives as many numbers.
  func round(_ weights: Tensor, into rounded: inout [Float]) {
    let greatest = Float(1 << (bits - 1) - 1)
    let factor = Self.steps[bits - Self.bits.lowerBound]
    let columns = weights.columns
    var target = rounded.mutableSpan
    let source = weights.values.span
    for row in 0..<weights.rows {
      let range = row * columns..<(row + 1) * columns
      var (squares, largest): (Float, Float) = (0, 0)
      for index in range {
        squares += source[index] * source[index]
        largest = max(largest, abs(source[index]))
      }
      let step = min(factor * (squares / Float(columns)).squareRoot(), largest / greatest)
      guard step > 0 else {
        for index in range { target[index] = 0 }
        continue
      }
      let inverse = 1 / step
      for index in range {
        let code = (source[index] * inverse).rounded(.toNearestOrEven)
        target[index] = min(max(code, -greatest), greatest) * step
      }
    }
  }
}

extension EncoderParameters {
  /// The same with rounded weights in the LSTM layers.
  func rounded(_ rounding: WeightRounding) -> EncoderParameters {
    var copy = self
    for index in copy.layers.indices {
      rounding.round(layers[index].inputWeights, into: &copy.layers[index].inputWeights.values)
      rounding.round(layers[index].stateWeights, into: &copy.layers[index].stateWeights.values)
    }
    return copy
  }
}
