/// Counts by the buckets of the sliding windows that they fall into, by the buckets' numbers.
package struct BucketCounts: Equatable, Sendable {
  /// All buckets but those in which nothing was counted.
  package private(set) var values: [Int: NamedCounts] = [:]

  /// Nothing yet.
  package init() {}

  /// Whether nothing was counted.
  package var isEmpty: Bool { values.isEmpty }

  /// What is counted in one bucket.
  package subscript(bucket: Int) -> NamedCounts {
    get { values[bucket, default: NamedCounts()] }
    set { values[bucket] = newValue.isEmpty ? nil : newValue }
  }

  /// Adds what other buckets hold.
  package static func += (sum: inout BucketCounts, other: BucketCounts) {
    for (bucket, counts) in other.values { sum[bucket] += counts }
  }
}
