internal import Datasets

extension SplitMix64 {
  /// The next number as a fraction in 0 ..< 1: one of 2²⁴, equally likely.
  package mutating func nextFraction() -> Float {
    Float(next() >> 40) * 0x1p-24
  }
}
