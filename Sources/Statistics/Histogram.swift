/// How often values lay in which range, cumulatively: a histogram as Prometheus has it.
package struct Histogram: Equatable, Sendable {
  /// The upper bounds of the buckets, rising; a last one without bound is implied.
  package let bounds: [Double]
  /// The number of values in each bucket: above the bound before, and at most its own.
  private var counts: [Int]
  /// The sum of all values.
  package private(set) var sum = 0.0

  /// No values yet.
  package init(bounds: [Double]) {
    self.bounds = bounds
    counts = Array(repeating: 0, count: bounds.count + 1)
  }

  /// The number of values.
  package var count: Int { counts.reduce(0, +) }

  /// The number of values that are at most each of the bounds.
  package var cumulative: [Int] {
    var sum = 0
    return counts.dropLast().map { count in
      sum += count
      return sum
    }
  }

  /// Counts a value.
  package mutating func add(_ value: Double) {
    counts[bounds.firstIndex { value <= $0 } ?? bounds.count] += 1
    sum += value
  }
}
