internal import TweetText

/// Random numbers that are a pure function of a seed, a purpose and a step: there is no state, so resumed training
/// draws the same numbers.
///
/// ```swift
/// let random = RandomStream(seed: 42)
/// let key = random.key("weight_hh_l0", step: 1200)   // for a dropout mask
/// var generator = random.generator("shuffle", step: epoch)
/// ```
package struct RandomStream: Equatable, Sendable {
  package let seed: UInt64

  package init(seed: UInt64) {
    self.seed = seed
  }

  /// A key for one purpose at one time. Different purposes and times give unrelated keys.
  package func key(_ purpose: String, step: Int) -> UInt64 {
    Self.mixed(Self.mixed(seed &+ purpose.utf8.span.hash) &+ UInt64(truncatingIfNeeded: step))
  }

  /// A generator for one purpose and step.
  package func generator(_ purpose: String, step: Int) -> SplitMix64 {
    SplitMix64(state: key(purpose, step: step))
  }

  /// The random numbers of one part of the work, unrelated to those of other parts and to these.
  package func stream(_ part: String) -> RandomStream {
    RandomStream(seed: key(part, step: 0))
  }

  /// The finaliser of SplitMix64: a bijection in which every bit of the input changes half of the output's.
  package static func mixed(_ number: UInt64) -> UInt64 {
    var mixed = number &+ SplitMix64.increment
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}

extension Span<UInt8> {
  /// FNV-1a (Fowler, Noll, Vo), 64 bits: the same in every run. Its bits are not equally random before they are mixed.
  var hash: UInt64 {
    var hash = UInt64.fnv1aBasis
    for index in indices { hash = hash.fnv1a(UInt64(self[index])) }
    return hash
  }
}

/// SplitMix64 (Steele, Lea, Flood 2014): 64 bits of state, every seed as good as another.
package struct SplitMix64: RandomNumberGenerator, Sendable {
  fileprivate static let increment: UInt64 = 0x9E37_79B9_7F4A_7C15
  private var state: UInt64

  package init(state: UInt64) {
    self.state = state
  }

  package mutating func next() -> UInt64 {
    defer { state &+= Self.increment }
    return RandomStream.mixed(state)
  }
}

extension SplitMix64 {
  /// A number of `0..<bound`, each equally likely but for less than bound/2⁶⁴.
  ///
  /// By Lemire's multiplication (2019) without its rejection. Not the standard library's, which does not guarantee
  /// the same numbers in every version.
  /// - Precondition: `bound` is positive.
  package mutating func number(below bound: Int) -> Int {
    precondition(bound > 0, "there is no number below \(bound)")
    return Int(next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// The numbers of `0..<count` in random order (Fisher and Yates).
  package mutating func permutation(of count: Int) -> [Int] {
    var numbers = Array(0..<count)
    for last in stride(from: count - 1, to: 0, by: -1) { numbers.swapAt(last, number(below: last + 1)) }
    return numbers
  }
}

extension SplitMix64 {
  /// The next number as a fraction in 0 ..< 1: one of 2²⁴, equally likely.
  package mutating func nextFraction() -> Float {
    Float(next() >> 40) * 0x1p-24
  }
}
