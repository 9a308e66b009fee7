extension RandomAccessCollection {
  /// The index of the first element of the second part, or `endIndex`: elements for which `isInSecondPart` is false
  /// come before all those for which it is true.
  ///
  /// Cost: the logarithm of the number of elements. Named as in Swift Algorithms.
  @inlinable
  package func partitioningIndex(where isInSecondPart: (Element) -> Bool) -> Index {
    var (first, rest) = (startIndex, count)
    while rest > 0 {
      let half = rest / 2
      let middle = index(first, offsetBy: half)
      if isInSecondPart(self[middle]) {
        rest = half
      } else {
        first = index(after: middle)
        rest -= half + 1
      }
    }
    return first
  }
}
