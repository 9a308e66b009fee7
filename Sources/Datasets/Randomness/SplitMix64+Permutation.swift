extension SplitMix64 {
  /// A number of `0..<bound`, each equally likely but for less than bound/2⁶⁴.
  ///
  /// By Lemire's multiplication (2019) without its rejection. Our own, because the standard library does not
  /// promise that its versions draw the same numbers.
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
