/// The numbers of `0..<count` in sets that can be united: union-find (Tarjan 1975) with path halving.
///
/// A set is known by the least of its numbers, whatever the order in which it came together.
struct DisjointSets: Sendable {
  private var parents: [Int32]

  /// Each number alone.
  ///
  /// - Precondition: `count` fits into 32 bits.
  init(count: Int) {
    parents = Array(0..<Int32(count))
  }

  var count: Int { parents.count }

  /// The least number of the set that `number` is in.
  mutating func root(of number: Int) -> Int {
    var number = number
    while Int(parents[number]) != number {
      parents[number] = parents[Int(parents[number])]
      number = Int(parents[number])
    }
    return number
  }

  /// Makes one set of those of two numbers.
  mutating func unite(_ first: Int, _ second: Int) {
    let (first, second) = (root(of: first), root(of: second))
    if first < second { parents[second] = Int32(first) } else { parents[first] = Int32(second) }
  }

  /// How many numbers the set with each root has; 0 for numbers that are no root.
  mutating func sizes() -> [Int] {
    var sizes = [Int](repeating: 0, count: count)
    for number in 0..<count { sizes[root(of: number)] += 1 }
    return sizes
  }
}
